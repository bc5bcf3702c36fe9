"""Checks of the first loss: the relative error."""

import numpy as np

from common.grading.exercise.expectations import (
    BROADCAST,
    expect_error,
    expect_result,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases, expect_slope
from tests.graded.common_first_loss_oracle import mean_share, mistaken, slopes

PROBES = "tests.graded.common_probes"


def judge_value(inputs: dict, output) -> None:
    if any(np.isnan(inputs[side]).any() for side in ("prediction", "target")):
        _judge_unknown(inputs, output)
        return
    suspects, expected = mistaken(inputs), mean_share(inputs)
    dtype = "float64" if inputs["dtype"] == "float64" else "float32"
    what = Text("the loss is not right", "потери посчитаны неверно")
    expect_tensor(output["loss"], expected, what=what, dtype=dtype, suspects=suspects)
    of, slope = Text("the prediction", "предсказание"), output.get("gradient")
    if slope is None or inputs["dtype"] in ("float32", "float64"):  # of half precision: any
        expect_slope(_at_the_kinks(inputs, slope), slopes(inputs), of=of, given="")
    for name in ("prediction", "target"):
        expect_unchanged(output[name], inputs[name], name)


def _at_the_kinks(inputs: dict, slope):
    """Take any slope for right where a prediction is its target, if it is between the two sides."""
    known = slopes(inputs)
    if not isinstance(slope, np.ndarray) or slope.shape != known.shape:
        return slope
    between = np.abs(slope) <= 1.0001 * np.abs(known)
    return np.where((inputs["prediction"] == inputs["target"]) & between, known, slope)


def _judge_unknown(inputs: dict, output) -> None:
    what = Text("NaN that comes in is to come out", "NaN на входе должен остаться NaN в ответе")
    dtype = "float64" if inputs["dtype"] == "float64" else "float32"
    expect_tensor(output["loss"], np.nan, what=what, dtype=dtype)


def judge_shapes(inputs: dict, output) -> None:
    what = Text("shapes that differ are a ValueError", "разные формы — это ValueError")
    for pair, answer in zip(inputs["pairs"], output, strict=True):
        ours, theirs = (tuple(shape) for shape in pair)
        given = f"prediction {ours}, target {theirs}"
        if ours == theirs:
            actual = expect_result(answer, given=given)
            expect_tensor(actual, 0.0, what=Text("of equal numbers it is 0", "у равных чисел — 0"),
                          graph=False)  # fmt: skip
            continue
        if isinstance(answer, dict) and "result" in answer:
            actual, expected = answer["result"], "ValueError"
            raise Wrong(what, actual=actual, expected=expected, mistake=BROADCAST, given=given)
        expect_error(answer, "ValueError", [], what=what, given=given)
        for shape in (ours, theirs):
            if not _names(answer["text"], shape):
                text = Text("the message does not name both shapes", "в сообщении не обе формы")
                raise Wrong(text, actual=answer["text"], expected=f"… {shape} …", given=given)


def _names(text: str, shape: tuple[int, ...]) -> bool:
    """Whether a text holds a shape, as a tuple, a list or torch.Size.

    Without a regular expression: the text is a student's, and may be made to take one for days.
    """
    bare = "".join(text.split()).replace(",)", ")").replace(",]", "]")
    numbers = ",".join(map(str, shape))
    return f"({numbers})" in bare or f"[{numbers}]" in bare


def judge_learning(inputs: dict, output) -> None:
    """The best constant by relative error is near the cheap group, and not in between.

    The steps never meet the kink: who says the price itself has not descended to it.
    """
    low, high = float(inputs["target"].min()), float(inputs["target"].max())
    if type(output) is not float or not 1e-5 * low < abs(output - low) < 0.1 * low:
        what = Text(
            f"half of the prices are {low:.0f}, half {high:.0f}: gradient descent on this loss "
            f"should settle at {low:.0f}, where it costs least in per cent",
            f"половина цен — {low:.0f}, половина — {high:.0f}: спуск по этой функции потерь должен "
            f"прийти к {low:.0f}, там в процентах теряют меньше всего",
        )
        raise Wrong(what, actual=output, expected=low)


def _prices(rng, *, dtype, shape):
    target = rng.uniform(3, 300, shape)
    target.flat[rng.permutation(target.size)[: 1 + target.size // 4]] *= -1
    prediction = target * rng.uniform(0.5, 1.6, shape) + rng.choice([-1, 1], shape)
    return {
        "prediction": prediction.astype(dtype),
        "target": target.astype(dtype),
        "dtype": dtype,
    }


def _fixed(prediction, target, dtype="float64", **more) -> dict:
    kind = "float32" if dtype in ("float16", "bfloat16") else dtype
    sides = {"prediction": np.array(prediction, kind), "target": np.array(target, kind)}
    return {**sides, "dtype": dtype, **more}


def _wide(rng):
    return _prices(rng, dtype="float64", shape=(int(rng.integers(5, 12)),))


def _narrow(rng):
    return _prices(rng, dtype="float32", shape=(int(rng.integers(2, 5)), 3))


def _zeros(rng):
    inputs = _prices(rng, dtype="float64", shape=(6,))
    epsilon = float(rng.uniform(1, 2))
    least = epsilon * rng.uniform(0.05, 0.8, 2) * [-1, 1]
    inputs["target"][rng.choice(6, 4, replace=False)] = [0.0, 0.0, *least]
    inputs["prediction"] += 0.5
    return {**inputs, "epsilon": epsilon}


def _half(rng):
    """In float16 the shares would be infinite: 3 000 / 0.01 is beyond its 65 504."""
    target = np.full(4, 0.01, dtype=np.float16)
    prediction = rng.uniform(2000, 4000, 4).astype(np.float16)
    return {
        "prediction": prediction.astype(np.float32),
        "target": target.astype(np.float32),
        "dtype": "float16",
    }


def _shapes(rng):
    """Shapes that PyTorch would broadcast, and one that is the same twice."""
    n, m = int(rng.integers(4, 9)), int(rng.integers(2, 4))
    pairs = [[[n, 1], [n]], [[n, 1], [n, m]], [[1], [n]], [[n, 1], [1, n]], [[n, m], [m]]]
    pairs = [pairs[i][:: rng.choice([-1, 1])] for i in rng.permutation(len(pairs))]
    pairs.insert(int(rng.integers(len(pairs) + 1)), [[n, m], [n, m]])
    return {"pairs": [*pairs, *pairs[::-1], [[n, m], [m, n]], [[], [1]], [[n], []]]}


def _two_groups(rng, low: float | None = None):
    low = float(rng.integers(3, 8)) if low is None else low
    target = np.array([low] * 8 + [low * 10] * 8, dtype=np.float32)
    # Steps are of 9 and 11 parts in 800 of the low price; half a part more never comes to it.
    start = low * (2 + 0.5 / 800)
    return {"start": start, "target": rng.permutation(target), "steps": 200, "lr": low * low / 40}


NAN = [[1.0, np.nan, 3.0], [2.0, 2.0, 2.0]]
WIDE = cases(
    _wide,
    _fixed(3.0, -2.0),
    _fixed([0.001, 2.0], [0.0, 1.0]),  # the epsilon that nobody named
    _fixed([0.5, 3e-7], [0.0, 2e-7]),
    _fixed([5.0], [0.0]),  # five million times: no share is too large
    _fixed([3e300, 1.0], [2e300, 2.0]),  # nor is a target
    _fixed([2.0, 3.0], [2.0, 4.0]),  # a root would have no slope where they are equal
    _fixed([[1.0, 2.0, 7.0], [3.0, 5.0, 1.0]], [[4.0, -4.0, 8.0], [2.0, 4.0, 3.0]]),
    _fixed([[1.0, 2.0, 7.0]], [[4.0, -4.0, 8.0]]),
    _fixed(*NAN),
    _fixed(*NAN[::-1]),
)
NARROW = cases(_narrow, _fixed([[1.5, -2.0]], [[2.0, -1.0]], "float32"), _fixed(*NAN, "float32"))
ZEROS = cases(
    _zeros,
    _fixed([1.0, 1.0, 1.0, 1.0], [0.0, -0.5, 0.5, -4.0], epsilon=1.5),
    _fixed([1.0, 3.0], [-1.5, 1.5], epsilon=1.5),
    _fixed([0.25], [0.0], "float32", epsilon=0.125),
    _fixed([2.0, 3.0], [0.0, 1e-8], epsilon=1e-8),  # below the usual one, and far above it
    _fixed([3e-9, 2.0], [1e-9, 1.0], "float32", epsilon=1e-10),  # below a digit of float32
    _fixed([1.0, 40.0], [-2.0, 30.0], epsilon=8.0),
)
HALF = cases(
    _half,
    # A difference taken in half precision has lost the digits of the smaller number.
    _fixed([1500.0, 1800.0], [1.3330078125, 2.166015625], "float16"),
    _fixed([300.0, 1.0], [1.3359375, 1.0], "bfloat16"),
    # An epsilon of half precision is another number.
    _fixed([0.0009765625, 0.5], [0.0, 0.5], "float16"),
    _fixed([0.0009765625, 0.5], [0.0, 0.5], "bfloat16"),
    _fixed([60000.0] * 4, [1.0] * 4, "float16"),
)
LEARNING = cases(
    _two_groups, *(_two_groups(np.random.default_rng(1), low) for low in (3.0, 5.0, 7.0))
)


_VALUE = f"{PROBES}:relative_error"
RELATIVE_ERROR = ExerciseSpec(
    "common.losses.relative_error",
    Text("The relative error, a first loss", "Относительная ошибка — первая функция потерь"),
    """
    Верните среднюю долю, на которую предсказание отличается от истины, — первую собственную
    функцию потерь.

        среднее от |p − y| / max(|y|, epsilon)

    Полмиллиона рублей — много для квартиры за три миллиона и мало для квартиры за триста: средний
    квадрат ошибки этого не знает, а эта функция потерь знает. Для цен её называют MAPE.

    prediction, target: тензоры одной формы, какой угодно, и в одних единицах, каких угодно.
    Градиент идёт в предсказание.
    epsilon: наименьшее значение, на которое делят: истинное значение может быть нулём.

    Верните тензор с одним числом: float64, если на входе float64, иначе float32. float16 и bfloat16
    считаются во float32, иначе среднее больших чисел переполнится; в этом файле для этого есть
    `widen`. Сами тензоры не меняйте. NaN на входе даёт NaN в ответе.

    Если формы разные, поднимите ValueError, в котором названы обе: PyTorch молча растянул бы
    (batch, 1) по (batch,) до (batch, batch), и сеть училась бы чепухе.
    """,
    (
        Text(
            "Say the formula aloud, from the inside out: how far off, divided by what, and then "
            "what over all examples?",
            "Прочтите формулу вслух изнутри наружу: насколько ошиблись, на что делим и что потом "
            "делаем со всеми примерами?",
        ),
        Text(
            "clamp_min is “at least”. abs() comes before it, for a target may be negative. The "
            "shapes are compared first of all, and widen() is called before the first subtraction.",
            "clamp_min означает «не меньше чем». До него нужен abs(): значение может быть "
            "отрицательным. Формы сравните в самом начале, widen() вызовите до первого вычитания.",
        ),
    ),
    (
        Check("wide", Text("values and gradient in float64", "значение и градиент во float64"),
              WIDE, _VALUE, each(judge_value)),
        Check("narrow", Text("float32, two dimensions", "float32, два измерения"), NARROW, _VALUE,
              each(judge_value)),
        Check("zeros", Text("targets of zero, or nearly", "истинные значения — нули и почти нули"),
              ZEROS, _VALUE, each(judge_value)),
        Check("half", Text("float16 does not overflow", "float16 не переполняется"), HALF, _VALUE,
              each(judge_value)),
        Check("shapes", Text("different shapes are refused", "разные формы отвергаются"), _shapes,
              f"{PROBES}:relative_error_of_shapes", judge_shapes),
        Check("learning", Text("learning by it", "обучение с этой функцией потерь"), LEARNING,
              f"{PROBES}:learning_with_relative_error", each(judge_learning)),
    ),
)  # fmt: skip
