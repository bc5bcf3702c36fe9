"""The best epoch and whether to stop, and what classic mistakes make of them."""

import math

from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

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
FALSY = Mistake(
    "falsy-patience",
    "a patience of 0 is one, too: it stops after any epoch; compare with `is None`",
    "patience, равное 0, тоже задано: остановка после любой эпохи; сравнивайте с `is None`",
)
FOR_GOOD = Mistake(
    "stopped-for-good",
    "something better came after the patience had run out: count from the best epoch of all",
    "после того как терпение кончилось, стало лучше: считать надо от лучшей эпохи из всех",
)


@oracle
def best_and_stop(values, patience, higher):
    """By sorting: the first place of the extreme value, nan aside.

    Not by nanargmin, which takes nan for an infinity.
    """
    places = [(-v if higher else v, epoch) for epoch, v in enumerate(values, 1) if v == v]
    best = min(places)[1] if places else 0
    return [best, patience is not None and len(values) - best >= patience]


@oracle
def walk(
    case: dict, *, start: float | None = None, absolute: float = 0.0, relative: float = 0.0
) -> list:
    """Look for the record with what mistakes bring along: one that is made up, or a tolerance.

    start: the first record, of values of which the lower is the better; None takes the first value.
    """
    values, patience = case["values"], case["patience"]
    best, record = 0, start
    for epoch, value in enumerate(values, 1):
        value = -value if case["higher_is_better"] else value
        if record is None or value < record - absolute - relative * abs(record):
            best, record = epoch, value
    return [best, patience is not None and len(values) - best >= patience]


@oracle
def last_of_equal(case: dict) -> int:
    values, higher = case["values"], case["higher_is_better"]
    known = [v for v in values if v == v]
    record = (max if higher else min)(known, default=None)
    return max((i for i, v in enumerate(values, 1) if v == record), default=0)


@oracle
def better_than_previous(case: dict) -> int:
    values, sign = case["values"], -1 if case["higher_is_better"] else 1
    pairs = zip([math.inf, *(sign * v for v in values)], [sign * v for v in values], strict=False)
    return max((i for i, (one, other) in enumerate(pairs, 1) if other < one), default=0)


@oracle
def mistaken(case: dict) -> list[tuple[Mistake, list]]:
    """What each classic mistake answers."""
    values, patience, higher = case["values"], case["patience"], case["higher_is_better"]
    best, stop = best_and_stop(values, patience, higher)
    n, waits = len(values), patience is not None

    def since(epoch: int) -> list:
        return [epoch, waits and n - epoch >= patience]

    ends = range(1, n + 1)
    ran_out = waits and any(best_and_stop(values[:end], patience, higher)[1] for end in ends)
    return [
        (FROM_ZERO, [best - 1, stop]),
        (FROM_ZERO, [max(best - 1, 0), stop]),
        (FALSY, [best, bool(patience) and stop]),
        (ONE_LATE, [best, waits and n - best > patience]),
        *((INVENTED, walk(case, start=start)) for start in (math.inf, 1e9, 1e6, 100.0, 1.0, 0.0)),
        (SIZES, best_and_stop([abs(v) for v in values], patience, higher)),
        (NAN_WINS, walk(case)),  # before the tolerances, which nan passes as well
        *((TOLERANCE, walk(case, absolute=10.0**-k)) for k in (3, 4, 5, 6, 7, 8, 9, 10)),
        *((TOLERANCE, walk(case, relative=10.0**-k)) for k in (3, 4, 5, 6, 7, 8, 9)),
        (WRONG_WAY, best_and_stop(values, patience, not higher)),
        (LAST_OF_EQUAL, since(last_of_equal(case))),
        (FOR_GOOD, [best, bool(ran_out)]),
        (AGAINST_PREVIOUS, since(better_than_previous(case))),
        (AGAINST_PREVIOUS, [best, since(better_than_previous(case))[1]]),
    ]
