"""Checks of the cost of an error in money, as a loss."""

import numpy as np

from common.grading.exercise.expectations import (
    expect_array,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases, expect_slope
from tests.graded.tabular_cost_oracle import (
    SIDES_FORGOTTEN,
    SIDES_SWAPPED,
    cost,
    mistaken,
    slopes,
)

PROBES = "tests.graded.tabular_probes"


def judge_cost(inputs: dict, output) -> None:
    what = Text("what an error costs is not right", "стоимость ошибки неверная")
    suspects = mistaken(inputs)
    expect_tensor(output["cost"], cost(inputs), what=what, dtype=inputs["dtype"], suspects=suspects)
    for name in ("prediction", "target"):
        expect_unchanged(output[name], inputs[name], name)


def judge_slope(inputs: dict, output) -> None:
    judge_cost(inputs, output)
    of = Text("the prediction", "предсказание")
    expect_slope(output.get("slope"), slopes(inputs), of=of, given="")


def _valuations(rng, *, dtype="float64", **settings):
    """Errors of every kind: small, between the thresholds and beyond both, on both sides."""
    rate = settings.get("rate", 1.0)
    sizes = np.concatenate(
        [rng.uniform(5e4, 4e5, 3), rng.uniform(6e5, 1.3e7, 3), rng.uniform(1.6e7, 3e7, 3)]
    )
    signs = np.array([1, -1, rng.choice([1, -1])] * 3)
    target = rng.uniform(4e7, 2e8, sizes.size)
    order = rng.permutation(sizes.size)
    prediction = np.log((target + sizes * signs) / rate)[order]
    return {
        "prediction": prediction.astype(dtype),
        "target": (target / rate)[order].astype(dtype),
        "settings": settings,
        "dtype": dtype,
    }


def _small(dtype: str = "float64", **settings) -> dict:
    """Errors of a few roubles, which are counted like all others, and none at all."""
    errors = np.array([0.5, -0.5, 3.0, -20.0, 49.0, -51.0, 900.0, -7000.0, 0.0])
    target = np.full(errors.size, 1e6)
    target[-1] = 1.0  # of which the logarithm has no rounding
    prediction = np.log(target + errors)
    sides = {"prediction": prediction.astype(dtype), "target": target.astype(dtype)}
    return {**sides, "settings": settings, "dtype": dtype}


def _small_slopes() -> dict:
    """Without the smallest ones, where the steps of the differences would go across zero."""
    inputs = _small(over=2.5, under=0.5)
    return {**inputs, **{name: inputs[name][2:-1] for name in ("prediction", "target")}}


def _edges(**settings) -> dict:
    """The sizes of the tale: 20 million off cost 79.5 million; and both ends of each stretch."""
    errors = np.array([2e7, -2e7, 4.9e5, -5.1e5, 1.49e7, -1.51e7, 1e5, 8e7])
    target = np.full(errors.size, 1e8)
    return {
        "prediction": np.log(target + errors),
        "target": target,
        "settings": settings,
        "dtype": "float64",
    }


def _lonely() -> dict:
    """One flat: its cost is still a tensor with an axis."""
    inputs = _edges()
    return {**inputs, **{name: inputs[name][:1] for name in ("prediction", "target")}}


def _weight(rng, low: float, high: float) -> float:
    """A weight that float32 holds exactly: torch.where of two plain numbers gives float32."""
    return float(np.round(rng.uniform(low, high) * 64) / 64)


def _plain(rng):
    return _valuations(rng)


def _lopsided(rng):
    return _valuations(rng, over=_weight(rng, 1.5, 4), under=_weight(rng, 0.3, 0.9))


def _dollars(rng):
    return _valuations(rng, rate=float(rng.uniform(60, 120)), unit=float(rng.choice([1e3, 1e5])))


def _thresholds(rng):
    settings = {
        "catastrophe": float(rng.uniform(2e5, 6e5)),
        "critical": float(rng.uniform(1.35e7, 1.55e7)),
        "catastrophe_weight": float(rng.uniform(2.5, 4)),
        "critical_weight": float(rng.uniform(5, 20)),
    }
    return _valuations(rng, **settings)


def _slopes(rng):
    return _valuations(rng, over=_weight(rng, 2, 3))


def _single_precision(rng):
    """In float32, with a right valuation among them and one that is absurd."""
    inputs = _valuations(rng, dtype="float32", over=_weight(rng, 1.5, 4))
    # Far off on purpose: where errors are small, float32 has lost their digits in the logarithm.
    scale = rng.choice([-1.2, -0.9, 0.8, 1.5], 9).astype(np.float32)
    inputs["prediction"] = np.log(inputs["target"]).astype(np.float32) + scale
    return inputs


def judge_extremes(inputs: dict, output) -> None:
    what = Text(
        "on absurd valuations the cost and its gradient must stay finite",
        "на нелепых оценках стоимость и градиент должны остаться конечными",
    )
    last = cost({**inputs, **{name: inputs[name][3:] for name in ("prediction", "target")}})
    costs = output["cost"]["values"]
    for actual in (costs, output.get("slope")):
        shape = inputs["target"].shape
        if (
            not isinstance(actual, np.ndarray)
            or actual.shape != shape
            or not np.isfinite(actual).all()
        ):
            raise Wrong(what, actual=actual, expected=f"float32 {shape}")
    if not costs[0] > costs[1] > costs[2]:
        what = Text("the further off, the more it costs", "чем дальше от цены, тем дороже")
        raise Wrong(what, actual=costs)
    # The last one is valued at nothing: what that costs is known.
    expect_array(costs[3:], last)


def _extremes(rng):
    return {
        "prediction": np.array([1e4, 1e3, 100, -1e4], dtype=np.float32),
        "target": rng.uniform(1e6, 1e7, 4).astype(np.float32),
        "settings": {},
        "dtype": "float32",
    }


def _absurd():
    return {**_extremes(np.random.default_rng(0)), "target": np.array([1e6, 3e6, 5e6, 9e6], "f4")}


def _unsure(rng):
    """Flats that look the same, and sell at one to nine: the best price is a quantile of these.

    What one of the nine is differs by a factor of ten, so that no constant is an answer.
    """
    unit = float(10 ** rng.uniform(4, 5))
    return {
        "target": np.arange(1, 10) * unit,
        "settings": {"over": 1.0, "under": _weight(rng, 2.6, 3.4)},
        "start": 2 * unit,
        "steps": 80,
        "lr": 0.1,
        "slower": 0.94,
    }


def judge_unsure(inputs: dict, output) -> None:
    """Errors stay below the catastrophe, so the best is the under / (over + under) quantile."""
    unit = float(inputs["target"][0])
    if type(output) is not float or not 6.6 * unit < output < 7.4 * unit:
        low, best, high = (f"{count * unit:.0f}" for count in (1, 7, 9))
        what = Text(
            f"prices go from {low} to {high}, and valuing too low costs three times as much: "
            f"gradient descent should settle near {best}",
            f"цены — от {low} до {high}, занизить втрое дороже, чем завысить: градиентный спуск "
            f"должен прийти примерно к {best}",
        )
        raise Wrong(what, actual=output, expected=7 * unit, mistake=_pull(output, unit))


def _pull(output, unit: float) -> Mistake | None:
    if type(output) is not float:
        return None
    return SIDES_SWAPPED if output < 4 * unit else SIDES_FORGOTTEN if output < 6 * unit else None


_COST = f"{PROBES}:money_cost"
MONEY_COST = ExerciseSpec(
    "tabular.loss.MoneyCostLoss.per_example",
    Text("What a mistake costs", "Сколько стоит ошибка"),
    """
    Верните, сколько стоит каждая оценка: (batch,), в единицах unit (обычно это миллионы рублей).

    prediction: (batch,) логарифм цены. target: (batch,) цена в валюте, единица которой стоит
    `self.rate` рублей.

    `self.money(prediction, target)` даёт p − y в этой валюте, со знаком и без опасности
    переполнения: пользуйтесь им, а не exp. Пусть ошибка в рублях e = (p − y) · self.rate. Первый
    рубль ошибки стоит 1, каждый рубль сверх self.catastrophe — self.catastrophe_weight, каждый
    рубль сверх self.critical — self.critical_weight. Так, с обычными настройками ошибка в 20
    миллионов стоит 0,5 + 2 · 14,5 + 10 · 5 = 79,5 миллиона. Всё это умножается на self.over, если
    e больше нуля, и на self.under, если нет, и делится на self.unit.

    Пороги заданы в рублях, какими бы ни были валюта и unit. Во float32 всего семь цифр: делите на
    unit пораньше и не возводите в квадрат. Входы не меняйте; у ответа должен остаться градиент. До
    одного числа его сводит `Loss`, а не этот метод.
    """,
    (
        Text(
            "Draw the cost over the size of the error: a line that bends twice. What does it add "
            "to a straight one beyond the first bend, and what beyond the second?",
            "Нарисуйте стоимость в зависимости от размера ошибки: линия с двумя изломами. Что она "
            "прибавляет к прямой за первым изломом и что — за вторым?",
        ),
        Text(
            "What lies beyond a threshold is (size - threshold).clamp_min(0). The weight beyond "
            "the second is reached in two steps, the first of which is already paid. torch.where "
            "picks over or under.",
            "То, что за порогом, — это (size - порог).clamp_min(0). Вес за вторым порогом "
            "набирается в два приёма, и первый уже оплачен. Выбрать over или under поможет "
            "torch.where.",
        ),
    ),
    (
        Check("plain", Text("the course's own case", "случай из курса"),
              cases(_plain, _small(), _edges(), _lonely()), _COST, each(judge_cost)),
        Check("lopsided", Text("too high is worse than too low", "завысить хуже, чем занизить"),
              cases(_lopsided, _small(over=3.0, under=0.5), _edges(over=3.0, under=0.5)), _COST,
              each(judge_cost)),
        Check("dollars", Text("another currency and unit", "другие валюта и единица"),
              cases(_dollars), _COST, each(judge_cost)),
        Check("thresholds", Text("other thresholds and weights", "другие пороги и веса"),
              cases(_thresholds, _edges(catastrophe=1e7, critical=1e7),
                    _edges(catastrophe=1e5, critical=4e5)), _COST, each(judge_cost)),
        Check("slopes", Text("the gradient", "градиент"),
              cases(_slopes, _small_slopes()), _COST, each(judge_slope)),
        Check("float32", Text("in float32", "во float32"),
              cases(_single_precision), _COST, each(judge_cost)),
        Check("extremes", Text("absurd valuations", "нелепые оценки"),
              cases(_extremes, _absurd()), _COST, each(judge_extremes)),
        Check("unsure", Text("learning by it", "обучение с этой функцией потерь"),
              cases(_unsure), f"{PROBES}:learning_with_money_cost", each(judge_unsure)),
    ),
)  # fmt: skip
