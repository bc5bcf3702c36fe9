"""Checks of the price of a mix-up, as a loss."""

import numpy as np

from common.grading.exercise.expectations import (
    expect_array,
    expect_equal,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases, expect_slope
from tests.graded.text_cost_oracle import (
    LOGARITHM,
    cost,
    descended,
    mistaken,
    slopes,
    slopes_of_sure,
)

PROBES = "tests.graded.text_probes"


def judge_cost(inputs: dict, output) -> None:
    what = Text("the loss of an example is not right", "функция потерь неверна")
    expected, suspects = cost(inputs), mistaken(inputs)
    expect_tensor(output["cost"], expected, what=what, dtype=inputs["dtype"], suspects=suspects)
    for name in ("prediction", "target"):
        expect_unchanged(output[name], inputs[name], name)
    what = Text("self.costs has been changed", "self.costs изменилось")
    expect_equal(output["kept"], True, what=what)


def judge_slope(inputs: dict, output) -> None:
    judge_cost(inputs, output)
    slope = slopes(inputs)
    expect_slope(output.get("slope"), slope, of=Text("the logits", "логиты"), given="")


def judge_extremes(inputs: dict, output) -> None:
    """Of sure answers: finite first, for a value that is not so tells more than its place."""
    sides = {"loss": output["cost"].get("values"), "gradient": output.get("slope")}
    for name, actual in sides.items():
        if isinstance(actual, np.ndarray) and not np.isfinite(actual).all():
            what = Text(f"the {name} must be finite, however sure the network",
                        "всё должно быть конечным, как бы ни была уверена сеть")  # fmt: skip
            raise Wrong(what, actual=actual, mistake=LOGARITHM)
    judge_cost(inputs, output)
    what = Text("the pull on a class that is surely missed is not right",
                "градиент там, где сеть уверена и неправа, неверный")  # fmt: skip
    expect_array(output.get("slope"), slopes_of_sure(inputs), what=what)


def _prices(rng, n: int) -> np.ndarray:
    """A lopsided price list in whole roubles, some of it dear."""
    costs = np.round(np.exp(rng.uniform(np.log(100), np.log(150_000), (n, n))))
    np.fill_diagonal(costs, 0)
    return costs


def _texts(rng, *, dtype: str = "float64", ce_weight: float | None = None, n: int | None = None):
    classes = n or int(rng.integers(3, 7))
    batch = n or classes + int(rng.integers(1, 4))
    target = np.concatenate([np.arange(classes), rng.integers(0, classes, batch)])[:batch]
    return {
        "prediction": rng.normal(0, 1.5, (batch, classes)).astype(dtype),
        "target": rng.permutation(target),
        "costs": _prices(rng, classes),
        "ce_weight": float(rng.uniform(0.1, 0.9)) if ce_weight is None else ce_weight,
        "dtype": dtype,
    }


def _plain(rng):
    return _texts(rng)


def _alone(rng):
    return _texts(rng, ce_weight=0.0)


def _square(rng):
    """As many examples as classes, so that a wrong axis raises no error."""
    return _texts(rng, n=int(rng.integers(3, 6)), ce_weight=float(rng.uniform(1.2, 3)))


def _single(rng):
    """One text, and not of the last class: the number of classes is not to be guessed from it."""
    inputs = _texts(rng)
    return inputs | {"prediction": inputs["prediction"][:1], "target": np.zeros(1, np.int64)}


def _ordinary(rng):
    return _texts(rng)


def _single_precision(rng):
    return _texts(rng, dtype="float32")


def _extremes(rng):
    """Sure of the right class, sure of a wrong one, and both without bound."""
    inputs = _texts(rng, dtype="float32", n=4)
    inputs["target"] = np.arange(4)
    wrong = (np.arange(4) + rng.integers(1, 4, 4)) % 4
    answer = np.where([True, False, False, False], inputs["target"], wrong)
    inputs["prediction"] = np.full((4, 4), -1e4, np.float32)
    inputs["prediction"][np.arange(4), answer] = [1e4, 1e4, 200, 1e3]
    return inputs


def _unsure(rng):
    """Messages that look the same: mostly thanks, now and then gas, which is dear to miss."""
    dear, false_alarm = float(rng.integers(90, 150)) * 1000, float(rng.integers(3, 6)) * 1000
    costs = np.array([[0, dear / 4, dear], [false_alarm, 0, 900], [false_alarm, 500, 0]])
    target = np.array([0] * 2 + [1] + [2] * 7)
    return {"costs": costs, "target": target, "ce_weight": 0.01, "steps": 60, "lr": 10.0}


def judge_unsure(inputs: dict, output) -> None:
    """The least of Σ_j E_j·p_j is all of p on the answer of least expected cost: the first.

    How near it comes in so many steps depends on the costs, so that no constant is an answer.
    """
    expected = descended(inputs)
    shaped = isinstance(output, np.ndarray) and output.shape == (3,)
    if not shaped or not (np.abs(output - expected) < 1e-6).all():
        what = Text(
            "one message of five is gas, which is dear to miss: gradient descent on the loss "
            "should end with nearly all of p on the first class",
            "каждое пятое сообщение — газ, и пропустить его дорого: градиентный спуск должен "
            "отдать почти всю вероятность первому классу",
        )
        raise Wrong(what, actual=output, expected=expected)


def _far() -> dict:
    """Logits that are large and near each other: what is cut off from them is their difference."""
    inputs = _texts(np.random.default_rng(2))
    return inputs | {"prediction": inputs["prediction"] + 1000}


def _weighed(weight: float) -> dict:
    """A second term that counts for much, or for hardly anything."""
    return _texts(np.random.default_rng(2), ce_weight=weight)


def _always(draw, count: int = 2) -> list[dict]:
    return [draw(np.random.default_rng(seed)) for seed in range(count)]


_COST = f"{PROBES}:expected_cost"
EXPECTED_COST = ExerciseSpec(
    "text.loss.ExpectedCostLoss.per_example",
    Text("What a mix-up costs", "Сколько стоит путаница"),
    """
    Верните потери на каждом примере, (batch,), того же dtype, что у prediction.

        Σ_j C[y, j]·p_j / scale + ce_weight·(−ln p_y)         p = softmax от логитов примера

    prediction: (batch, classes) логиты. target: (batch,) int64, настоящие классы y.
    self.costs: C / scale, (classes, classes), уже поделено; строки — настоящие классы, столбцы —
    ответы. Это float64, а prediction обычно float32, и ответ должен быть того же типа, что
    prediction. self.ce_weight: вес второго слагаемого, 0 или больше.

    Там, где логиты — ±10 000, p_y равно 0, и логарифм бесконечен: PyTorch умеет считать −ln p_y
    прямо от логитов, без того и другого. Среднее по батчу здесь не берётся: это делает `Loss`.
    Входы и self.costs не меняйте; у ответа должен остаться градиент.

    Пример: при ценах [[0, 90], [10, 0]] средняя цена путаницы — 50. Если p = (3/4, 1/4), а
    настоящий класс — нулевой, первое слагаемое равно 90 / 50 · 1/4 = 0,45.
    """,
    (
        Text(
            "For one example: which row of the prices is its own, and which number weighs each "
            "entry of the row? Then do it for a batch at once.",
            "Для одного примера: какая строка цен — его и каким числом взвешено каждое значение "
            "в ней? Потом сделайте это для всего батча сразу.",
        ),
        Text(
            "Indexing a matrix with a tensor of whole numbers picks a row for each of them. Of "
            "what shape is that, and over which axis is the sum? The second term is a function of "
            "torch.nn.functional, told not to reduce.",
            "Если взять матрицу по тензору целых чисел, на каждое из них придётся по строке. Какой "
            "формы результат и по какой оси сумма? Второе слагаемое — функция из "
            "torch.nn.functional, которой велено ничего не усреднять.",
        ),
    ),
    (
        Check("plain", Text("both terms, in float64", "оба слагаемых, во float64"),
              cases(_plain, *_always(_plain), _far(), _weighed(40.0), _weighed(1e-4)), _COST,
              each(judge_cost)),
        Check("alone", Text("the price list alone", "один прейскурант"),
              cases(_alone, *_always(_alone)), _COST, each(judge_cost)),
        Check("square", Text("as many examples as classes", "примеров столько же, сколько классов"),
              cases(_square, *_always(_square)), _COST, each(judge_cost)),
        Check("single", Text("one text", "один текст"),
              cases(_single, *_always(_single)), _COST, each(judge_cost)),
        Check("slopes", Text("the gradient", "градиент"),
              cases(_ordinary), _COST, each(judge_slope)),
        Check("float32", Text("in float32", "во float32"),
              cases(_single_precision), _COST, each(judge_cost)),
        Check("extremes", Text("a network that is sure of itself", "сеть, уверенная в себе"),
              cases(_extremes, *_always(_extremes)), _COST, each(judge_extremes)),
        Check("unsure", Text("learning by it", "обучение с этой функцией потерь"),
              cases(_unsure), f"{PROBES}:learning_with_expected_cost", each(judge_unsure)),
    ),
)  # fmt: skip
