"""Checks of early stopping."""

import math

import numpy as np

from common.grading.exercise.expectations import IN_PLACE, expect_equal
from common.grading.exercise.specification import Check, ExerciseSpec, Wrong
from common.i18n import Text
from tests.graded.case_by_case import each
from tests.graded.common_stopping_oracle import best_and_stop, mistaken

PROBES = "tests.graded.common_probes"


def judge_case(case: dict, output) -> None:
    actual, patience = output["answer"], case["patience"]
    expected = best_and_stop(case["values"], patience, case["higher_is_better"])
    shown = ", ".join(map(repr, case["values"]))
    given = f"[{shown}], patience={patience}, higher_is_better={case['higher_is_better']}"
    what = Text("(best, stop) is not right", "(best, stop) — неверно")
    expect_equal(actual, expected, what=what, suspects=mistaken(case), given=given)
    if output["unchanged"] is not True:
        what = Text("the list of values was changed", "список значений изменился")
        raise Wrong(what, mistake=IN_PLACE, given=given)


judge_stopping = each(judge_case)


def _story(rng, *, higher=False, patience=3, ties=False):
    """A curve that gets better for a while, and then wavers, never as good again for long."""
    steps = rng.choice(np.arange(1, 30), 12, replace=False) / 64  # no two are the same
    count = int(rng.integers(2, 6))
    falling = 0.25 + np.sort(steps[:count])[::-1]
    wavering = falling[-1] + steps[6 : 6 + int(rng.integers(0, 6))]
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
        case["values"] = [float(size + abs(size) * 1e-7 * rank) for rank in ranks]
        cases.append(case)
    return cases


def _better_late(rng):
    """The patience runs out, and then something better comes."""
    patience, record = int(rng.integers(1, 4)), round(float(rng.uniform(0.4, 0.6)), 3)
    values = [record + 0.2, record, *[record + 0.1] * patience, record - 0.1]
    return {"values": values, "patience": patience, "higher_is_better": False}


def _case(*values: float, patience: int | None = 2, higher: bool = False) -> dict:
    return {"values": list(values), "patience": patience, "higher_is_better": higher}


_EXTREMES = (
    (2 - math.ulp(1.0), 2 - 2 * math.ulp(1.0)),
    (1.7e308, 1.6e308),
    (4 * math.ulp(0.0), 3 * math.ulp(0.0)),
)
"""Two that arithmetic on the values would make one."""


def _losses(rng):
    usual = [_story(rng, patience=int(rng.integers(1, 5))) for _ in range(12)]
    fixed = [
        _case(0.9, 0.5, 0.6, 0.7),  # just enough
        _case(0.9, 0.5, 0.6),  # not yet
        _case(0.5, 0.5 - 1e-4, 0.5 - 1e-4 - 1e-9, 0.5 - 1e-4 - 2e-9, patience=1),
        _case(0.5, 0.5 - 1e-12, patience=1),
        *(_case(*pair, patience=1) for pair in _EXTREMES),
        _case(-1.0, -2.0, 0.5, patience=3),
        _case(2e9, 1.9e9, patience=1),
        _case(0.5, 0.0, 0.1),  # a zero is a value
        _case(0.7, patience=1),
        _case(0.7, 0.6, patience=0),
        _case(0.6, 0.7, patience=0),
        _case(patience=1),
        _case(patience=None),
    ]
    endless = _case(math.inf, math.inf, math.inf)
    return {"cases": [*fixed, *usual, *_scales(rng), _better_late(rng), endless]}


def _ties(rng):
    stories = [_story(rng, patience=int(rng.integers(1, 4)), ties=True) for _ in range(10)]
    fixed = [
        _case(0.5, 0.5, 0.5, 0.5, patience=3),
        _case(0.6, 0.5, 0.7, 0.5),
        _case(0.6, 0.5, 0.5, patience=1),
        _case(0.0, -0.0, patience=1),  # one value, however it is written
        _case(-0.0, 0.0, patience=1, higher=True),
    ]
    return {"cases": [*fixed, *stories]}


def _accuracies(rng):
    stories = [
        _story(rng, higher=True, patience=int(rng.integers(1, 5)), ties=bool(i % 2))
        for i in range(10)
    ]
    fixed = [
        _case(0.1, 0.5, 0.4, 0.3, higher=True),
        _case(0.1, 0.5, 0.4, 0.5, patience=2, higher=True),
        _case(0.5, 0.5 + 1e-9, patience=1, higher=True),
        *(_case(-one, -other, patience=1, higher=True) for one, other in _EXTREMES),
        _case(-3.0, -2.0, patience=1, higher=True),
        _case(-0.5, 0.0, -0.1, higher=True),
        _case(0.4, 0.3, 0.2, 0.6, patience=2, higher=True),
        _case(-math.inf, -math.inf, patience=1, higher=True),
    ]
    return {"cases": [*fixed, *stories, *_scales(rng, higher=True)]}


def _never(rng):
    fixed = [_case(0.5, 0.6, 0.7, 0.8, patience=None), _case(0.5, patience=None, higher=True)]
    ups = [_story(rng, patience=None, higher=True) for _ in range(5)]
    return {"cases": [*fixed, *(_story(rng, patience=None) for _ in range(5)), *ups]}


def _nans(rng):
    nan = float("nan")
    cases = [
        _case(nan, nan, 0.5, 0.6, patience=2),
        _case(nan, 0.5, nan, 0.4, nan, patience=2),
        _case(nan, 0.5, nan, nan, patience=2),
        _case(nan, 0.5, 0.6, nan, patience=2, higher=True),
        _case(nan, patience=None),
        _case(0.5, nan, 0.5, nan, patience=3),
        _case(nan, math.inf, patience=1),  # the worst value there is, and no nan
        _case(nan, -math.inf, nan, patience=2, higher=True),
    ]
    for _ in range(10):
        case = _story(rng, patience=int(rng.integers(2, 4)), higher=bool(rng.integers(2)))
        place = int(rng.integers(0, len(case["values"])))
        case["values"] = [nan, *case["values"][:place], nan, *case["values"][place:]]
        cases.append(case)
    return {"cases": [*cases, *(_case(*[nan] * count) for count in (1, 2, 3))]}


_STOPPING = f"{PROBES}:early_stopping"
EARLY_STOPPING = ExerciseSpec(
    "common.early_stopping.early_stopping",
    Text("Early stopping", "Ранняя остановка"),
    """
    Скажите, какая эпоха пока лучшая и не пора ли остановиться.

    values: показатель, за которым следят, после каждой эпохи, самая ранняя первой; обычно это
        потери на валидации, и чем меньше, тем лучше. Список может быть пуст: тогда best равен 0.
        Сам список не меняется.
    patience: остановиться, когда столько эпох подряд не принесли ничего лучше того, что было до
        них; 0 — остановиться после любой эпохи; None — не останавливаться никогда.
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
