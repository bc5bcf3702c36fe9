"""Checks of early stopping."""

import math

import numpy as np

from common.grading.exercise.expectations import expect_equal
from common.grading.exercise.specification import Check, ExerciseSpec
from common.i18n import Mistake, Text

PROBES = "tests.graded.common_probes"

FROM_ZERO = Mistake(
    "from-zero", "epochs are counted from 1 here", "эпохи здесь считаются с единицы"
)
LAST_OF_EQUAL = Mistake(
    "last-of-equal",
    "of equal values the first is the best: standing still is no progress",
    "из равных лучшая — первая: стоять на месте — это не улучшение",
)
ONE_LATE = Mistake(
    "one-late",
    "it stops one epoch too late: patience epochs without progress are enough (>=)",
    "остановка на эпоху позже: достаточно patience эпох без улучшения (>=)",
)
WRONG_WAY = Mistake(
    "wrong-way",
    "higher_is_better decides which way is up",
    "что считать лучшим, решает higher_is_better",
)
NAN_WINS = Mistake(
    "nan",
    "nan compares as False with everything, so a nan that comes first is never beaten",
    "nan в любом сравнении даёт False, поэтому nan, пришедший первым, никто не превзойдёт",
)
AGAINST_PREVIOUS = Mistake(
    "against-previous",
    "an epoch is compared with the one before it; the best so far is what counts",
    "эпоха сравнивается с предыдущей, а надо — с лучшей из всех",
)

INVENTED = Mistake(
    "invented-record",
    "the first record is made up; the first value that is no nan is a record, whatever it is",
    "первый рекорд выдуман, а рекорд — первое же значение, кроме nan, каким бы оно ни было",
)
TOLERANCE = Mistake(
    "tolerance",
    "every improvement counts, however small",
    "улучшение считается любое, даже самое маленькое",
)
SIZES = Mistake(
    "sizes",
    "values are compared by their size; -2 is less than 1",
    "сравниваются модули значений, но −2 меньше, чем 1",
)
FOR_GOOD = Mistake(
    "stopped-for-good",
    "something better came after the patience had run out: count from the best epoch of all",
    "после того как терпение кончилось, стало лучше: считать надо от лучшей эпохи из всех",
)


def best_and_stop(values, patience, higher):
    """By NumPy: the first place of the extreme value, nan aside."""
    array = np.array([-v if higher else v for v in values], dtype=np.float64)
    best = 0 if np.isnan(array).all() else int(np.nanargmin(array)) + 1
    return [best, patience is not None and len(values) - best >= patience]


def _guess(case: dict, actual) -> Mistake | None:
    """Compare with what the classic mistakes answer."""
    values, patience, higher = case["values"], case["patience"], case["higher_is_better"]
    best, stop = best_and_stop(values, patience, higher)
    sign = -1 if higher else 1
    known = [sign * v for v in values if v == v]
    record = min(known, default=None)
    last = max((i for i, v in enumerate(values, 1) if sign * v == record), default=0)
    if actual[0] == 0 and (best > 1 or math.isinf(values[0])):
        return INVENTED
    sizes = [abs(v) for v in values]
    if min(values) < 0 and actual == best_and_stop(sizes, patience, higher):
        return SIZES
    if actual[0] != best and _hardly_differ(values, actual[0], best):
        return TOLERANCE
    if actual == [best - 1, stop]:
        return FROM_ZERO
    if patience is not None and actual == [best, len(values) - best > patience]:
        return ONE_LATE
    if actual == best_and_stop(values, patience, not higher):
        return WRONG_WAY
    if last != best and actual[0] == last:
        return LAST_OF_EQUAL
    if any(v != v for v in values):
        return NAN_WINS
    if actual[0] != best or patience is None:
        return None
    ends = range(1, len(values))
    ran_out = any(best_and_stop(values[:end], patience, higher)[1] for end in ends)
    return FOR_GOOD if ran_out and not stop else AGAINST_PREVIOUS


def _hardly_differ(values: list[float], one: int, other: int) -> bool:
    """Whether two epochs, counted from 1, have values that are not the same and yet near."""
    if type(one) is not int or not (0 < one <= len(values) and other > 0):
        return False
    one, other = values[one - 1], values[other - 1]
    return one != other and math.isclose(one, other, rel_tol=1e-4)


def judge_stopping(inputs: dict, output) -> None:
    for case, actual in zip(inputs["cases"], output, strict=True):
        values, patience = case["values"], case["patience"]
        expected = best_and_stop(values, patience, case["higher_is_better"])
        shown = ", ".join(f"{v:.10g}" for v in values)
        given = f"[{shown}], patience={patience}, higher_is_better={case['higher_is_better']}"
        what = Text("(best, stop) is not right", "(best, stop) — неверно")
        mistake = None
        if isinstance(actual, list) and len(actual) == 2 and actual != expected:
            mistake = _guess(case, actual)
        suspects = [(mistake, actual)] if mistake else []
        expect_equal(actual, expected, what=what, suspects=suspects, given=given)


def _story(rng, *, higher=False, patience=3, ties=False):
    """A curve that gets better for a while, and then wavers, never as good again for long."""
    falling = np.sort(rng.uniform(0.5, 1.0, int(rng.integers(2, 6))))[::-1]
    wavering = falling[-1] + rng.uniform(0.01, 0.3, int(rng.integers(0, 6)))
    values = np.round(np.concatenate([falling, wavering]), 3)
    if ties:
        values = np.append(values, values.min())
    values = 1.5 - values if higher else values
    return {
        "values": [float(round(v, 3)) for v in values],
        "patience": patience,
        "higher_is_better": higher,
    }


def _scales(rng, *, higher=False):
    """Figures across zero, below it and in the millions, and some that hardly differ.

    In this order, which tells the mistakes apart: those that take the size of a value for the
    value fall over the first ones.
    """
    cases = []
    for scale, shift in ((1, -0.75), (30, -50), (1e6, -2e6), (1e6, 0)):
        case = _story(rng, higher=higher, patience=int(rng.integers(1, 5)))
        case["values"] = [float(round(scale * v + shift, 3)) for v in case["values"]]
        cases.append(case)
    for size in (1.0, -1.0, 1e6):
        case = _story(rng, higher=higher, patience=int(rng.integers(1, 5)))
        size *= rng.uniform(1, 2)
        _, ranks = np.unique(case["values"], return_inverse=True)
        case["values"] = [float(size + abs(size) * 1e-6 * rank) for rank in ranks]
        cases.append(case)
    return cases


def _better_late(rng):
    """The patience runs out, and then something better comes."""
    patience, record = int(rng.integers(1, 4)), round(float(rng.uniform(0.4, 0.6)), 3)
    values = [record + 0.2, record, *[record + 0.1] * patience, record - 0.1]
    return {"values": values, "patience": patience, "higher_is_better": False}


def _losses(rng):
    usual = [_story(rng, patience=int(rng.integers(1, 5))) for _ in range(12)]
    endless = {"values": [math.inf] * 3, "patience": 2, "higher_is_better": False}
    return {"cases": [*usual, *_scales(rng), _better_late(rng), endless]}


def _ties(rng):
    cases = [_story(rng, patience=int(rng.integers(1, 4)), ties=True) for _ in range(6)]
    flat = {"values": [0.5] * 4, "patience": 3, "higher_is_better": False}
    return {"cases": [*cases, flat]}


def _accuracies(rng):
    stories = [
        _story(rng, higher=True, patience=int(rng.integers(1, 5)), ties=bool(i % 2))
        for i in range(8)
    ]
    return {"cases": [*stories, *_scales(rng, higher=True)]}


def _never(rng):
    return {"cases": [_story(rng, patience=None), _story(rng, patience=None, higher=True)]}


def _nans(rng):
    nan = float("nan")
    cases = []
    for _ in range(4):
        case = _story(rng, patience=int(rng.integers(2, 4)), higher=bool(rng.integers(2)))
        place = int(rng.integers(0, len(case["values"])))
        case["values"] = [nan, *case["values"][:place], nan, *case["values"][place:]]
        cases.append(case)
    for count in (1, 2, 3):
        cases.append({"values": [nan] * count, "patience": 2, "higher_is_better": False})
    return {"cases": cases}


_STOPPING = f"{PROBES}:early_stopping"
EARLY_STOPPING = ExerciseSpec(
    "common.step.early_stopping",
    Text("Early stopping", "Ранняя остановка"),
    """
    Скажите, какая эпоха пока лучшая и не пора ли остановиться.

    values: показатель, за которым следят, после каждой эпохи, самая ранняя первой; обычно это
        потери на валидации, и чем меньше, тем лучше.
    patience: остановиться, когда столько эпох подряд не принесли ничего лучше того, что было до
        них; None — не останавливаться никогда.
    higher_is_better: для показателей вроде точности (accuracy), где лучше больше.

    Верните пару (best, stop): номер лучшей эпохи, считая с 1, и bool. То же самое значение ещё раз
    — не улучшение: из равных лучшая самая ранняя. nan никогда ни от чего не лучше; пока других
    значений нет, best равен 0, а терпение отсчитывается от самого начала. Бесконечность — такое же
    значение, как любое другое. Для stop считаются только эпохи после лучшей: если терпение
    кончалось раньше, а потом стало лучше, это не в счёт.
    """,
    (
        Text(
            "Two questions: which epoch holds the record, and how many epochs have passed since?",
            "Два вопроса: какой эпохе принадлежит рекорд и сколько эпох прошло с тех пор?",
        ),
        Text(
            "Walk through the values once and remember the number of the record. A new record is "
            "strictly better. Ask first whether the value is nan: value != value is true for nan "
            "alone.",
            "Пройдите по значениям один раз и запоминайте номер рекорда. Новый рекорд строго "
            "лучше старого. Сначала спросите, не nan ли значение: value != value верно только "
            "для nan.",
        ),
    ),
    (
        Check("losses", Text("losses that fall and waver", "потери падают и колеблются"), _losses,
              _STOPPING, judge_stopping),
        Check("ties", Text("the same value again", "то же значение ещё раз"), _ties, _STOPPING,
              judge_stopping),
        Check("accuracies", Text("figures where higher is better", "где больше — лучше"),
              _accuracies, _STOPPING, judge_stopping),
        Check("never", Text("no patience, no stop", "без patience остановки нет"), _never,
              _STOPPING, judge_stopping),
        Check("nans", Text("nan is never better", "nan никогда не лучше"), _nans, _STOPPING,
              judge_stopping),
    ),
)  # fmt: skip
