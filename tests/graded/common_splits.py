"""Checks of sharing out rows."""

import math
from fractions import Fraction

import numpy as np

from common.grading.exercise.expectations import NOTHING, suspected
from common.grading.exercise.oracle import oracle
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Mistake, Text
from tests.graded.case_by_case import each
from tests.graded.cases import cases

PROBES = "tests.graded.common_probes"

UNSHUFFLED = Mistake(
    "not-shuffled",
    "the rows were not shuffled: of a file sorted by price only expensive flats would be tested",
    "строки не перемешаны: из файла, отсортированного по цене, в тест попали бы одни дорогие",
)
TRUNCATED = Mistake(
    "truncated",
    "a cut is rounded down: int() is not round()",
    "граница округлена вниз: int() — это не round()",
)
HALF_UP = Mistake(
    "half-up",
    "a half is rounded up here; Python's round() takes the even of two that are as near",
    "половина округлена вверх, а round() в Python из двух равно близких берёт чётное",
)
ROUNDED_APART = Mistake(
    "rounded-apart",
    "each share was rounded by itself, so the cuts drift and rows get lost; round where the parts "
    "end, not how long they are",
    "каждая доля округлена отдельно, поэтому границы съезжают и строки теряются; округлять надо "
    "концы частей, а не их длины",
)
OTHER_CHANCE = Mistake(
    "other-generator",
    "the order does not come from the generator that was given: then a seed promises nothing",
    "порядок взят не из переданного генератора: тогда seed ничего не гарантирует",
)
SWAPPED = Mistake(
    "swapped",
    "validation and test have changed places",
    "валидация и тест поменялись местами",
)
SORTED = Mistake(
    "sorted",
    "the parts came sorted; they are asked for in the order of the permutation",
    "части отсортированы, а нужны в том порядке, в каком их дала перестановка",
)
LEFT_OVER = Mistake(
    "left-over",
    "without a test part its rows belong to validation: the second cut is at the very end",
    "если теста нет, вторая граница — в самом конце: остаток достаётся валидации",
)


@oracle
def exact_ends(n: int, fractions: list[float]) -> list[int]:
    """The two cuts, with the products as float64 has them and Python's rounding to even."""
    heights = [n * fractions[0], n * (fractions[0] + fractions[1])]
    cuts = [math.floor(Fraction(height) + Fraction(1, 2)) for height in heights]
    ties = [Fraction(height) % 1 == Fraction(1, 2) for height in heights]
    cuts = [cut - (tie and cut % 2) for cut, tie in zip(cuts, ties, strict=True)]
    return cuts if fractions[2] else [cuts[0], n]


def _cut(order: np.ndarray, first: int, second: int) -> list[np.ndarray]:
    return [order[:first], order[first:second], order[second:]]


@oracle
def mistaken_ends(n: int, fractions: list[float]) -> dict[str, list[int]]:
    """Where classic mistakes cut; of shares that were rounded each by itself, their lengths."""
    lengths = [round(n * share) for share in fractions]
    floor, floors = int(n * fractions[0]), int(n * sum(fractions[:2]))
    up, ups = int(n * fractions[0] + 0.5), int(n * sum(fractions[:2]) + 0.5)
    return {
        "left": [exact_ends(n, fractions)[0], round(n * sum(fractions[:2]))],
        "up": [up, ups if fractions[2] else n],
        "down": [floor, floors if fractions[2] else n],
        "all down": [floor, floors],
        "apart": [lengths[0], lengths[0] + lengths[1]],
        "lengths": lengths,
    }


def _suspects(inputs: dict) -> list[tuple[Mistake, list[np.ndarray]]]:
    """Classic mistakes, those first that explain the others where several lead to one answer."""
    n, fractions = inputs["n"], inputs["fractions"]
    order = np.random.default_rng(inputs["seed"]).permutation(n)
    first, second = exact_ends(n, fractions)
    good, ends = _cut(order, first, second), mistaken_ends(n, fractions)
    apart = _cut(order, *ends["apart"])
    return [
        (LEFT_OVER, _cut(order, *ends["left"])),
        (SWAPPED, [good[0], good[2], good[1]]),
        (SORTED, [np.sort(part) for part in good]),
        (UNSHUFFLED, _cut(np.arange(n), first, second)),
        (HALF_UP, _cut(order, *ends["up"])),
        (TRUNCATED, _cut(order, *ends["down"])),
        (TRUNCATED, _cut(order, *ends["all down"])),
        (ROUNDED_APART, apart),
        (ROUNDED_APART, [part[:n] for part, n in zip(apart, ends["lengths"], strict=True)]),
    ]


def judge_parts(inputs: dict, answer) -> None:
    output, following = answer["parts"], answer["following"]
    n, seed = inputs["n"], inputs["seed"]
    if type(output) is not list or len(output) != 3:
        what = Text("three parts are asked for", "нужны три части")
        actual = "None" if output is None else output
        raise Wrong(what, actual=actual, mistake=NOTHING if output is None else None)
    for part in output:
        if not isinstance(part, np.ndarray) or part.ndim != 1 or part.dtype.kind not in "iu":
            if isinstance(part, np.ndarray) and part.size == 0:
                continue
            what = Text(
                "each part is an array of row numbers", "каждая часть — массив номеров строк"
            )
            raise Wrong(what, actual=part, expected="int64 (…,)")
    generator = np.random.default_rng(seed)
    order = generator.permutation(n)
    expected = _cut(order, *exact_ends(n, inputs["fractions"]))
    mistake = suspected(_suspects(inputs), lambda parts: _same(output, parts))
    if _same(output, expected):
        if following != int(generator.integers(2**31)):
            what = Text(
                "generator.permutation(n) is to be called once, and nothing else of it",
                "вызвать нужно только generator.permutation(n), и один раз",
            )
            raise Wrong(what)
        return
    sizes = [len(part) for part in output]
    right = [len(part) for part in expected]
    rows = np.concatenate(output).astype(np.int64)
    if not np.array_equal(np.sort(rows), np.arange(n)):
        what = Text(
            "each row belongs to one part, and to one only",
            "каждая строка должна быть ровно в одной части",
        )
        missing = np.setdiff1d(np.arange(n), rows)
        actual = f"{sizes}; rows in no part: {len(missing)}"
        raise Wrong(what, actual=actual, expected=right, mistake=mistake)
    if sizes != right:
        what = Text("the parts have other sizes", "размеры частей не те")
        raise Wrong(what, actual=sizes, expected=right, mistake=mistake)
    what = Text("the parts hold other rows", "в частях не те строки")
    mistake = mistake or (OTHER_CHANCE if n >= 5 else None)
    raise Wrong(what, actual=output, expected=expected, mistake=mistake)


def _same(parts: list, others: list) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(parts, others, strict=True))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 2**31))


def _fixed(*sizes: int, shares: tuple[float, ...] = (0.7, 0.2, 0.1)) -> list[dict]:
    return [{"n": n, "fractions": list(shares), "seed": 7 + n} for n in sizes]


HALVES = (0.5, 0.25, 0.25)
"""Of 5 rows the first cut is at 2.5, of 6 the second is at 4.5: Python rounds both down."""


def _usual(rng):
    n = 10 * int(rng.integers(3, 30))
    return {"n": n, "fractions": [0.7, 0.2, 0.1], "seed": _seed(rng)}


def _odd(rng):
    """Sizes at which rounding each share alone loses a row, and cutting off is one too few."""
    while True:
        n = int(rng.integers(11, 400))
        percent = rng.integers(5, 40, 2)
        shares = [(100 - int(percent.sum())) / 100, *(int(p) / 100 for p in percent)]
        apart = np.cumsum([round(n * share) for share in shares])
        ends = [round(n * shares[0]), round(n * sum(shares[:2]))]
        floors = [int(n * shares[0]), int(n * sum(shares[:2]))]
        if apart[2] != n and ends[0] != floors[0] and ends[1] != floors[1]:
            return {"n": n, "fractions": shares, "seed": _seed(rng)}


def _two(rng):
    """Thirds with a rounding: 33.33 and 66.66 per cent, which the library lets pass."""
    n = int(rng.integers(15_000, 30_000))
    return {"n": n, "fractions": [0.3333, 0.6666, 0.0], "seed": _seed(rng)}


def _tiny(rng):
    n = int(rng.integers(1, 10))
    return {"n": n, "fractions": [0.6, 0.2, 0.2], "seed": _seed(rng)}


LITTLE = [
    *_fixed(40, 200, 1000, shares=(0.96, 0.03, 0.01)),  # of 40 rows the test part has none
    *_fixed(3000, shares=(0.96, 0.039, 0.001)),
]
"""A test share of a hundredth or a thousandth is a test part like any other."""
USUAL = cases(
    _usual, *_fixed(10, 100, 90, 1000), *LITTLE
)  # 90 · 0.7 is a hair below a whole number
UNVALIDATED = _fixed(10, 7, shares=(0.8, 0.0, 0.2))
"""Of no validation the rows go to nobody."""
ODD = cases(_odd, *_fixed(*range(11, 20)), *_fixed(5, 6, 10, 14, 18, shares=HALVES), *UNVALIDATED)
TWO = cases(_two, *_fixed(10, 7, shares=(0.75, 0.25, 0.0)), *_fixed(9, shares=(0.8, 0.2, 0.0)))
TINY = cases(_tiny, *_fixed(*range(1, 9), shares=(0.6, 0.2, 0.2)), *_fixed(3, 4))
judge_all = each(judge_parts)
_PARTS = f"{PROBES}:random_parts"
RANDOM_PARTS = ExerciseSpec(
    "common.splits.random_parts",
    Text("Splitting 70/20/10", "Деление 70/20/10"),
    """
    Разделите n строк случайным образом: верните номера строк для обучения, валидации и теста,
    список из трёх массивов.

    fractions: три доли, например (0.7, 0.2, 0.1). В сумме они дают единицу с точностью до
    округления.
    generator: источник всей случайности: вызовите `generator.permutation(n)`, ровно один раз.

    Перестановку разрезают в двух местах, куски возвращают по порядку и в том виде, в каком они
    есть. Первый разрез — после `round(n · train)` строк, второй — после
    `round(n · (train + valid))`. Если доля теста равна нулю, теста нет: второй разрез — в самом
    конце, а третий кусок — пустой массив. Каждая строка от 0 до n − 1 попадает ровно в одну
    часть.
    """,
    (
        Text(
            "Think of a shuffled deck of cards that you cut twice. Where do you cut, counted from "
            "the top?",
            "Представьте перетасованную колоду, которую разрезают дважды. На какой по счёту карте, "
            "считая сверху, проходят разрезы?",
        ),
        Text(
            "Slices of one array never overlap and never leave a gap, if one begins where the "
            "other ends. So work out two whole numbers first, and treat a test share of zero as a "
            "case of its own.",
            "Срезы одного массива не пересекаются и не оставляют дыр, если один начинается там, "
            "где кончается другой. Сначала найдите два целых числа, а нулевую долю теста "
            "рассмотрите отдельно.",
        ),
    ),
    (
        Check(
            "usual",
            Text("70/20/10 of round numbers of rows", "70/20/10 при круглом числе строк"),
            USUAL,
            _PARTS,
            judge_all,
        ),
        Check(
            "odd",
            Text(
                "any shares and numbers: no row is lost", "любые доли и числа: строки не теряются"
            ),
            ODD,
            _PARTS,
            judge_all,
        ),
        Check("two", Text("two parts, no test", "две части, без теста"), TWO, _PARTS, judge_all),
        Check("tiny", Text("a handful of rows", "горстка строк"), TINY, _PARTS, judge_all),
    ),
)
