"""Checks of early stopping."""

import numpy as np

from common.grading.checks import Check, Graded
from common.grading.expect import expect_equal
from common.grading.words import Mistake, Text

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


def best_and_stop(values, patience, higher):
    """By NumPy: the first place of the extreme value, nan aside."""
    array = np.array([-v if higher else v for v in values], dtype=np.float64)
    best = 0 if np.isnan(array).all() else int(np.nanargmin(array)) + 1
    return [best, patience is not None and len(values) - best >= patience]


def _guess(case: dict, came) -> Mistake | None:
    """Compare with what the classic mistakes answer."""
    values, patience, higher = case["values"], case["patience"], case["higher_is_better"]
    best, stop = best_and_stop(values, patience, higher)
    sign = -1 if higher else 1
    known = [sign * v for v in values if v == v]
    if came == [best - 1, stop]:
        return FROM_ZERO
    if patience is not None and came == [best, len(values) - best > patience]:
        return ONE_LATE
    if came == best_and_stop(values, patience, not higher):
        return WRONG_WAY
    if (
        known
        and values
        and came[0] == max(i for i, v in enumerate(values, 1) if sign * v == min(known))
    ):
        return LAST_OF_EQUAL
    if any(v != v for v in values):
        return NAN_WINS
    return AGAINST_PREVIOUS if came[0] == best else None


def judge_stopping(inputs: dict, output) -> None:
    for case, came in zip(inputs["cases"], output, strict=True):
        values, patience = case["values"], case["patience"]
        expected = best_and_stop(values, patience, case["higher_is_better"])
        shown = ", ".join(f"{v:g}" for v in values)
        given = f"[{shown}], patience={patience}, higher_is_better={case['higher_is_better']}"
        what = Text("(best, stop) is not right", "(best, stop) — неверно")
        mistake = None
        if isinstance(came, list) and len(came) == 2 and came != expected:
            mistake = _guess(case, came)
        suspects = [(mistake, came)] if mistake else []
        expect_equal(came, expected, what=what, suspects=suspects, given=given)
        for one, other in zip(came, expected, strict=True):
            expect_equal(one, other, what=what, given=given)


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


def _losses(rng):
    return {"cases": [_story(rng, patience=int(rng.integers(1, 5))) for _ in range(12)]}


def _ties(rng):
    cases = [_story(rng, patience=int(rng.integers(1, 4)), ties=True) for _ in range(6)]
    flat = {"values": [0.5] * 4, "patience": 3, "higher_is_better": False}
    return {"cases": [*cases, flat]}


def _accuracies(rng):
    stories = [
        _story(rng, higher=True, patience=int(rng.integers(1, 5)), ties=bool(i % 2))
        for i in range(8)
    ]
    return {"cases": stories}


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
EARLY_STOPPING = Graded(
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
    значений нет, best равен 0, а терпение отсчитывается от самого начала.
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
