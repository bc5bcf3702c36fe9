"""Checks of the figures of a report."""

import statistics

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, NOTHING, expect_equal, expect_number
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases
from tests.graded.tabular_cost_oracle import (
    NO_CRITICAL,
    SETTINGS,
    SIDES_FORGOTTEN,
    SIDES_SWAPPED,
    side,
    toll,
)
from tests.graded.tabular_costs import PROBES

BY_PREDICTED = Mistake(
    "by-predicted", "the error is divided by the prediction", "ошибка делится на предсказание"
)
MEAN_BIAS = Mistake(
    "mean-for-median", "this is the mean, the median is asked for", "это среднее, а нужна медиана"
)
BIAS_SIGN = Mistake(
    "bias-sign",
    "e = predicted - price: above zero is valued too high",
    "e = предсказание − цена: больше нуля — значит, завышено",
)
MEAN_SQUARE = Mistake("no-root", "the root is missing", "забыт корень")
IN_CURRENCY = Mistake(
    "thresholds-in-currency",
    "the thresholds are in roubles: the errors are not yet",
    "пороги — в рублях, а ошибки ещё нет",
)
IN_ROUBLES = Mistake(
    "lost-in-roubles",
    "money_lost is asked for in the currency of the prices",
    "money_lost нужен в валюте цен",
)
PER_CENT = Mistake("per-cent", "shares are asked for, not per cent", "нужны доли, а не проценты")
INCLUDED = Mistake(
    "threshold-included",
    "an error of exactly the threshold is not above it",
    "ошибка ровно в порог — ещё не больше порога",
)
STRICT = Mistake(
    "strictly-within", "an error of exactly 10 % is within 10 %", "ровно 10 % — это в пределах 10 %"
)


@oracle
def figures(inputs: dict, **changed) -> dict[str, float]:
    """All figures, with Python's statistics over plain numbers; `changed` settings mistake them."""
    settings = {**SETTINGS, **inputs["settings"], **changed}
    pairs = list(zip(inputs["predicted"].tolist(), inputs["price"].tolist(), strict=True))
    off = [p - y for p, y in pairs]
    share = [(p - y) / y for p, y in pairs]
    sizes = [abs(e) * settings["rate"] for e in off]
    lost = toll(np.array(sizes), settings) * side(np.array(off), settings) / settings["rate"]

    def part(true: list[bool]) -> float:
        return sum(true) / len(true)

    return {
        "mape": statistics.fmean(map(abs, share)),
        "median_ape": statistics.median(map(abs, share)),
        "within_10": part([abs(s) <= 0.1 for s in share]),
        "within_20": part([abs(s) <= 0.2 for s in share]),
        "bias": statistics.median(share),
        "mae": statistics.fmean(map(abs, off)),
        "rmse": statistics.fmean(e * e for e in off) ** 0.5,
        "catastrophic": part([size > settings["catastrophe"] for size in sizes]),
        "critical": part([size > settings["critical"] for size in sizes]),
        "money_lost": statistics.fmean(lost.tolist()),
    }


@oracle
def mistaken(inputs: dict) -> dict[str, list[tuple[Mistake, float]]]:
    p, y = (inputs[name].astype(np.float64) for name in ("predicted", "price"))
    right = figures(inputs)
    settings = {**SETTINGS, **inputs["settings"]}
    at_par = figures(inputs, rate=1.0)
    swapped = figures(inputs, over=settings["under"], under=settings["over"])
    known = {
        "mape": [(BY_PREDICTED, np.mean(np.abs(p - y) / p))],
        "median_ape": [(MEAN_BIAS, right["mape"])],
        "bias": [
            (BIAS_SIGN, -right["bias"]),
            (MEAN_BIAS, np.mean((p - y) / y)),
            (BY_PREDICTED, np.median((p - y) / p)),
        ],
        "rmse": [(MEAN_SQUARE, right["rmse"] ** 2)],
        "within_10": [(STRICT, np.mean(np.abs(p - y) / y < 0.1))],
        "within_20": [(STRICT, np.mean(np.abs(p - y) / y < 0.2))],
        "catastrophic": [
            (IN_CURRENCY, at_par["catastrophic"]),
            (INCLUDED, np.mean(np.abs(p - y) * settings["rate"] >= settings["catastrophe"])),
        ],
        "critical": [
            (IN_CURRENCY, at_par["critical"]),
            (INCLUDED, np.mean(np.abs(p - y) * settings["rate"] >= settings["critical"])),
        ],
        "money_lost": [
            (IN_ROUBLES, right["money_lost"] * settings["rate"]),
            (IN_CURRENCY, at_par["money_lost"]),
            (SIDES_SWAPPED, swapped["money_lost"]),
            (SIDES_FORGOTTEN, figures(inputs, over=1.0, under=1.0)["money_lost"]),
            (NO_CRITICAL, figures(inputs, critical_weight=settings["catastrophe_weight"])
             ["money_lost"]),
        ],
    }  # fmt: skip
    for name in right:
        known.setdefault(name, []).append((PER_CENT, 100 * right[name]))
    return known


def judge_figures(inputs: dict, output) -> None:
    actual, expected, known = output["figures"], figures(inputs), mistaken(inputs)
    if not isinstance(actual, dict):
        mistake = NOTHING if actual is None else None
        raise Wrong(
            Text("the answer is no dict", "ответ — не словарь"), actual=actual, mistake=mistake
        )
    what = Text("the names of the figures are not right", "имена показателей не те")
    expect_equal(sorted(actual), sorted(expected), what=what)
    for name, value in expected.items():
        what = Text(f"{name} is not right", f"{name} — неверно")
        expect_number(actual[name], value, what=what, suspects=known[name], is_part=True)
    if output["unchanged"] is not True:
        raise Wrong(Text("the input was changed", "входные данные изменились"), mistake=IN_PLACE)


def _sold(rng, *, n=None, **settings):
    n = n or int(rng.integers(31, 60))
    rate = settings.get("rate", 1.0)
    price = np.exp(rng.normal(17.0, 0.8, n)) / rate
    predicted = price * np.exp(rng.normal(-0.05, 0.25, n))
    return {"predicted": predicted, "price": price, "settings": settings}


def _sales(rng):
    return _sold(rng)


def _dear_to_be_wrong(rng):
    return _sold(rng, over=float(rng.uniform(2, 4)), under=float(rng.uniform(0.3, 0.8)))


def _abroad(rng):
    return _sold(rng, rate=float(rng.uniform(70, 110)), under=2.0)


def _own_thresholds(rng):
    return _sold(
        rng,
        catastrophe=float(rng.uniform(1e6, 2e6)),
        critical=float(rng.uniform(5e6, 9e6)),
        catastrophe_weight=float(rng.uniform(2, 4)),
        critical_weight=float(rng.uniform(5, 9)),
    )


def _on_the_edge(rng):
    """Round prices and errors: many a share is a tenth or a fifth, many a size a threshold."""
    share = rng.permutation([0.125, 0.25, -0.1, 0.1, 0.2, -0.2, 0.05, -0.5])
    price = 2.0 ** rng.integers(20, 24, 8) * 5
    predicted = price + np.round(price * share)
    sizes = np.sort(np.abs(predicted - price))
    settings = {"catastrophe": float(sizes[2]), "critical": float(sizes[5])}
    return {"predicted": predicted, "price": price, "settings": settings}


def _float32(rng):
    """Whole numbers below 2^24, so that float32 holds them exactly."""
    inputs = _sold(rng)
    price = np.round(np.clip(inputs["price"], 3e6, 1.2e7)).astype(np.float32)
    predicted = np.round(price * rng.uniform(0.6, 1.35, price.size)).astype(np.float32)
    return {**inputs, "price": price, "predicted": predicted}


def _pair(predicted, price, dtype="float64", **settings) -> dict:
    return {
        "predicted": np.array(predicted, dtype),
        "price": np.array(price, dtype),
        "settings": settings,
    }


def _hair(**settings) -> dict:
    """Errors that float32 does not know: its numbers lie eight apart there."""
    return _pair([1e8 + 3, 1e8 - 2, 1e8, 1e8], [1e8, 1e8, 1e8 + 1, 1e8 - 3], **settings)


SMALL = _pair([0.75, 0.375, 20.25, 0.5], [0.5, 0.5, 0.25, 0.5], rate=1e6)
"""A price in millions may be below one."""
FEW = _pair([9e6, 30e6], [10e6, 10e6])
EVEN = _pair([8e6, 13e6, 10e6, 30e6], [10e6, 10e6, 10e6, 10e6], over=3.0, under=0.5)
NEARLY = _pair([11_000_500, 12_001_000, 8_999_500, 7_999_000], [10e6] * 4)
"""A little more than a tenth and a fifth."""
HARDLY = _pair([11_000_000.001, 12_000_000.002, 8_999_999.999, 10_999_999.999], [10e6] * 4)
"""A ten thousand millionth more than a tenth and a fifth, and as much less."""
MILLIONS = _pair([5.4, 10.9, 3.0, 7.5], [5.0, 10.0, 2.6, 6.0], rate=1e6)
ABOVE = _pair([10_500_000.5, 25_000_000.5, 30_000_001], [10e6, 10e6, 15e6])
"""Errors of half a rouble and a rouble more than the thresholds."""
COINS = _pair([1e7 + 0.5, 1e7 - 0.5], [1e7, 1e7], over=3.0, under=0.5)
RIGHT = _pair([1e7], [1e7], over=2.0)
WIDENED = _pair([12_184_811, 1e6], [1e6, 1e6], "float32", rate=3.0, critical=33_554_432.0)
"""Three times the first error is one more than the threshold, which float32 can't tell apart."""
EXACT = _pair([10.5e6, 9.5e6, 25e6], [10e6, 10e6, 10e6])
"""Errors of just the thresholds are not above them."""

_FIGURES = f"{PROBES}:price_metrics"
PRICE_METRICS = ExerciseSpec(
    "tabular.metrics.price_metrics",
    Text("Figures that an owner understands", "Показатели, понятные хозяину квартиры"),
    """
    Верните словарь показателей для предсказанных и настоящих цен; обе — (n,) и больше нуля.

    Пусть e = predicted − price.

    - mape: среднее |e| / price; median_ape: его медиана; within_10, within_20: доля квартир, у
      которых |e| / price не больше 0.1 и 0.2;
    - bias: медиана e / price; меньше нуля — оценки занижены;
    - mae, rmse: среднее |e| и корень из среднего e², в валюте цен;
    - catastrophic, critical: доли квартир, у которых |e| больше двух порогов; пороги в рублях, а
      rate — сколько рублей стоит единица валюты;
    - money_lost: средняя по квартирам стоимость ошибки, в валюте цен. В рублях: каждый рубль
      ошибки стоит 1 до `catastrophe`, `catastrophe_weight` от него до `critical` и
      `critical_weight` дальше; всё это считается `over` раз, если оценка завышена, и `under` раз,
      если занижена.

    Все показатели — обычные float из Python, а не из NumPy; если пришёл float32, считать надо во
    float64.
    """,
    (
        Text(
            "Three arrays are enough for everything: the error, its share of the price, and its "
            "size in roubles.",
            "На всё хватит трёх массивов: ошибка, её доля в цене и её размер в рублях.",
        ),
        Text(
            "The mean of a condition is the share of those that meet it. For the cost, split the "
            "size of each error into three pieces by the two thresholds; np.clip cuts out the "
            "middle one. And in which currency is the answer?",
            "Среднее от условия — это доля тех, кто ему отвечает. Для стоимости разрежьте каждую "
            "ошибку двумя порогами на три куска; средний вырежет np.clip. И в какой валюте нужен "
            "ответ?",
        ),
    ),
    (
        Check("sales", Text("roubles", "рубли"), cases(_sales, FEW, _hair(), RIGHT, NEARLY, HARDLY),
              _FIGURES, each(judge_figures)),
        Check("lopsided", Text("too high costs more", "завысить дороже"),
              cases(_dear_to_be_wrong, EVEN, _hair(over=3.0), COINS), _FIGURES,
              each(judge_figures)),
        Check("abroad", Text("another currency", "другая валюта"),
              cases(_abroad, _hair(rate=80.0, under=2.0), SMALL, MILLIONS), _FIGURES,
              each(judge_figures)),
        Check("thresholds", Text("thresholds of one's own", "свои пороги"),
              cases(_own_thresholds, _hair(catastrophe=1e6, critical=5e6)), _FIGURES,
              each(judge_figures)),
        Check("edge", Text("errors on the very edge", "ошибки ровно на границе"),
              cases(_on_the_edge, EXACT, ABOVE), _FIGURES, each(judge_figures)),
        Check("float32", Text("float32 comes in", "на входе float32"), cases(_float32, WIDENED),
              _FIGURES, each(judge_figures)),
    ),
)  # fmt: skip
