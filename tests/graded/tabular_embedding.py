"""Checks of a piece of the network: the periodic embedding."""

import math

import numpy as np

from common.grading.exercise.expectations import (
    Suspect,
    expect_equal,
    expect_tensor,
    expect_unchanged,
)
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases, expect_slope

PROBES = "tests.graded.tabular_probes"

NO_TURN = Mistake(
    "no-two-pi",
    "2π is missing: the frequency counts whole turns",
    "не хватает 2π: частота считает полные обороты",
)
SINE = Mistake("sine", "this is the sine; the cosine is asked for", "это синус, а нужен косинус")
PHASE = Mistake(
    "phase",
    "the phase stands outside of the brackets: 2π(f·x + φ) turns it as well",
    "фаза осталась за скобками: в 2π(f·x + φ) на 2π умножается и она",
)
NO_BIAS = Mistake("no-bias", "the bias b is missing", "забыт сдвиг b")
NUMBERS_FIRST = Mistake(
    "numbers-first",
    "the numbers stand before the features; they belong behind them",
    "числа стоят перед признаками, а должны — после",
)
BY_FEATURE = Mistake(
    "by-feature",
    "the order is feature by feature; it should be column by column",
    "порядок — по признакам, а нужен по столбцам",
)
LOOP = Mistake(
    "loop",
    "a loop over rows or columns: all of them can be had at once, with an axis more",
    "цикл по строкам или столбцам: всё можно посчитать сразу, с одной лишней осью",
)
COLUMNS_MIXED = Mistake(
    "columns-mixed",
    "columns are mixed: each has weights of its own",
    "столбцы перемешаны, а у каждого свои веса",
)


@oracle
def embed(inputs: dict, *, turn=2 * math.pi, wave=np.cos, outside=False, bias=True):
    """Sum over waves, index by index, in float64: (features by column, numbers)."""
    numbers, frequency, phase, weight, added = (
        inputs[name].astype(np.float64)
        for name in ("numbers", "frequency", "phase", "weight", "bias")
    )
    angle = turn * np.einsum("cw,rc->rcw", frequency, numbers)
    angle += phase * (1 if outside else turn)
    table = np.einsum("rcw,cwf->rcf", wave(angle), weight)
    return table + (added if bias else 0), numbers


def _flat(table: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    return np.hstack([table.reshape(len(table), -1), numbers])


@oracle
def embedded(inputs: dict) -> tuple[np.ndarray, list[Suspect]]:
    """The right answer, and those of classic mistakes."""
    table, numbers = embed(inputs)
    swapped = np.hstack([np.swapaxes(table, 1, 2).reshape(len(table), -1), numbers])
    mixed = np.repeat(table.sum(axis=1, keepdims=True), table.shape[1], axis=1)
    suspects: list[Suspect] = [
        (NO_TURN, _flat(*embed(inputs, turn=1.0))),
        (SINE, _flat(*embed(inputs, wave=np.sin))),
        (PHASE, _flat(*embed(inputs, outside=True))),
        (NO_BIAS, _flat(*embed(inputs, bias=False))),
        (NUMBERS_FIRST, np.hstack([numbers, table.reshape(len(table), -1)])),
        (BY_FEATURE, swapped),
        (COLUMNS_MIXED, _flat(mixed, numbers)),
    ]
    return _flat(table, numbers), suspects


def judge_embedding(inputs: dict, output) -> None:
    (expected, suspects), dtype = embedded(inputs), inputs["dtype"]
    terms = np.abs(inputs["weight"]).sum(axis=1) + np.abs(inputs["bias"])  # no cosine is above 1
    scale = float(terms.max())
    expect_tensor(output["output"], expected, dtype=dtype, suspects=suspects, scale=scale)
    expect_unchanged(output["numbers"], inputs["numbers"], "numbers")
    what = Text("the weights have been changed", "веса изменились")
    expect_equal(output["kept"], True, what=what)


def judge_gradients(inputs: dict, output) -> None:
    judge_embedding(inputs, output)
    for name, slope in slopes(inputs).items():
        key = "slope" if name == "numbers" else name
        expect_slope(output.get(key), slope, of=Text(name, name), given="")


@oracle
def slopes(inputs: dict) -> dict[str, np.ndarray]:
    """Central differences in float64 of the sum of squares, for each weight and each number."""
    found = {}
    for name in ("frequency", "phase", "weight", "bias", "numbers"):
        slope, step = np.empty(inputs[name].size), 1e-3
        for i in range(slope.size):
            heights = []
            for shift in (2, 1, -1, -2):
                moved = inputs[name].astype(np.float64).copy()
                moved.flat[i] += shift * step
                heights.append(np.square(_flat(*embed({**inputs, name: moved}))).sum())
            slope[i] = (8 * (heights[1] - heights[2]) - heights[0] + heights[3]) / (12 * step)
        found[name] = slope.reshape(inputs[name].shape)
    return found


def judge_calls(inputs: dict, output) -> None:
    """As many calls of PyTorch for many rows and columns as for few."""
    each(judge_embedding)(inputs, output)
    counts = [answer["calls"] for answer in output]
    if max(counts) > min(counts):
        what = Text(
            "more is called of PyTorch, the more rows or columns there are",
            "чем больше строк или столбцов, тем больше вызовов PyTorch",
        )
        raise Wrong(what, actual=counts, mistake=LOOP, given="rows, columns = 2, 2; 5, 2; 2, 6")


def _drawn(rng, *, rows, columns, waves, features, dtype):
    def normal(*shape):
        return rng.normal(0, 1, shape).astype(dtype)

    return {
        "numbers": normal(rows, columns),
        "frequency": 0.3 * normal(columns, waves),
        "phase": rng.uniform(0, 1, (columns, waves)).astype(dtype),
        "weight": normal(columns, waves, features),
        "bias": normal(columns, features),
        "dtype": dtype,
    }


def _wide(rng):
    rows, columns = int(rng.integers(3, 7)), int(rng.integers(2, 5))
    return _drawn(rng, rows=rows, columns=columns, waves=5, features=3, dtype="float64")


def _far() -> dict:
    """Numbers far from zero, which are numbers all the same."""
    inputs = _wide(np.random.default_rng(3))
    return inputs | {"numbers": 1000 * inputs["numbers"]}


def _unknown() -> dict:
    """A number that is none, which comes out as it came."""
    inputs = _drawn(np.random.default_rng(3), rows=2, columns=1, waves=3, features=2,
                    dtype="float32")  # fmt: skip
    return inputs | {"numbers": np.array([[np.nan], [0.5]], "float32")}


def _square(rng):
    """All lengths the same, so that a wrong axis raises no error."""
    n = int(rng.integers(3, 5))
    return _drawn(rng, rows=n, columns=n, waves=n, features=n, dtype="float32")


def _lonely(rng):
    return _drawn(rng, rows=1, columns=1, waves=4, features=2, dtype="float32")


def _single(rng):
    """One row with one feature for each column: axes of length one that nobody may take away."""
    return _drawn(rng, rows=1, columns=3, waves=4, features=1, dtype="float32")


def _gradients(rng):
    return _drawn(rng, rows=3, columns=2, waves=3, features=2, dtype="float64")


def _of_one(columns: int) -> list[dict]:
    """Every combination of axes of length one, for so many columns."""
    rng, sizes = np.random.default_rng(3), (1, 2)
    shapes = [(rows, waves, features) for rows in sizes for waves in sizes for features in sizes]
    return [
        _drawn(rng, rows=rows, columns=columns, waves=waves, features=features, dtype="float32")
        for rows, waves, features in shapes
    ]


def _sizes(rng):
    sizes = ((2, 2), (5, 2), (2, 6))
    kinds = {"waves": 3, "features": 2, "dtype": "float64"}
    return {"cases": [_drawn(rng, rows=n, columns=c, **kinds) for n, c in sizes]}


_EMBEDDING = f"{PROBES}:periodic_embedding"
PERIODIC_EMBEDDING = ExerciseSpec(
    "tabular.model.PeriodicEmbedding.forward",
    Text("Periodic embeddings", "Периодические эмбеддинги"),
    """
    Превратите батч чисел в признаки: (batch, columns) → (batch, columns · (features + 1)).

    Для числа x из столбца c, с W, b, f и φ этого столбца:

        wave_w    = cos(2π(f_w · x + φ_w))          w = 1 … waves
        feature_k = Σ_w wave_w · W_wk + b_k         k = 1 … features

    self.frequency: f, (columns, waves). self.phase: φ, (columns, waves).
    self.weight: W, (columns, waves, features). self.bias: b, (columns, features).

    В ответе сначала признаки первого столбца, затем второго и так далее, а после всех признаков —
    сами числа, какими пришли. Без циклов по столбцам и строкам: `torch.einsum` или `@` с осями
    длины один справятся за несколько строк.
    """,
    (
        Text(
            "Write down the shape of every step: numbers (batch, columns), waves (batch, columns, "
            "waves), features (batch, columns, features). Where does the extra axis come from?",
            "Выпишите форму на каждом шаге: числа (batch, columns), волны (batch, columns, waves), "
            "признаки (batch, columns, features). Откуда берётся лишняя ось?",
        ),
        Text(
            "numbers[..., None] has an axis for the waves to spread along. In einsum the letter of "
            "a column appears on both sides and in the answer, the letter of a wave does not "
            "survive. flatten(1) and cat do the rest.",
            "У numbers[..., None] появляется ось, по которой расходятся волны. В einsum буква "
            "столбца есть в обоих множителях и в ответе, а буква волны исчезает. Остальное — "
            "flatten(1) и cat.",
        ),
    ),
    (
        Check("wide", Text("values in float64", "значения во float64"), cases(_wide, _far()),
              _EMBEDDING, each(judge_embedding)),
        Check("square", Text("all axes of one length", "все оси одной длины"), cases(_square),
              _EMBEDDING, each(judge_embedding)),
        Check("lonely", Text("one column", "один столбец"), cases(_lonely, *_of_one(1), _unknown()),
              _EMBEDDING, each(judge_embedding)),
        Check("single", Text("one flat", "одна квартира"), cases(_single, *_of_one(2)), _EMBEDDING,
              each(judge_embedding)),
        Check("sizes", Text("no loop over rows or columns", "без циклов по строкам и столбцам"),
              _sizes, _EMBEDDING, judge_calls),
        Check("gradients", Text("gradients reach every weight", "градиент доходит до каждого веса"),
              cases(_gradients), _EMBEDDING, each(judge_gradients)),
    ),
)  # fmt: skip
