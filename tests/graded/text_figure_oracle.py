"""The figures of a report on classes, and what classic mistakes make of them."""

import math
import statistics

import numpy as np

from common.grading.exercise.oracle import oracle
from common.i18n import Mistake

TRANSPOSED = Mistake(
    "transposed",
    "rows and columns of the prices have changed places: the row is the true class",
    "строки и столбцы цен перепутаны: строка — настоящий класс",
)
PER_TEXT = Mistake(
    "per-text",
    "this is what one text costs; a thousand are asked for",
    "это цена одного текста, а спрошено о тысяче",
)
TOTAL = Mistake(
    "total",
    "this is the sum over these texts; the cost of a thousand like them is asked for",
    "это сумма по этим текстам, а спрошено о тысяче таких же",
)
MISTAKES_ONLY = Mistake(
    "mistakes-only",
    "the mean is over the mix-ups alone; texts that were filed right cost 0 and count too",
    "среднее взято только по ошибкам, а верные ответы стоят 0 и тоже считаются",
)
FALSE_ALARMS = Mistake(
    "false-alarms",
    "this is the share of false ones among the answers; of the texts that are truly of the class, "
    "the share that was missed is asked for",
    "это доля ложных среди ответов, а нужна доля пропущенных среди тех, кто правда этого класса",
)
CAUGHT = Mistake(
    "caught",
    "this is the share that was found, the share that was missed is asked for",
    "это доля найденных, а нужна доля пропущенных",
)
OF_ALL = Mistake(
    "share-of-all",
    "the share is of all texts; of those of the costliest class is asked for",
    "доля взята от всех текстов, а нужна от текстов самого дорогого класса",
)
FIRST_CLASS = Mistake(
    "first-class",
    "the costliest class is not always class 0: see `costliest_class`",
    "самый дорогой класс — не всегда нулевой: см. `costliest_class`",
)
FALSY = Mistake(
    "falsy", "class 0 is a class: 0 is falsy, compare with `is None`", "0 — класс: нужно `is None`"
)
NOT_NAN = Mistake(
    "not-nan",
    "there is nothing to take a share of here: that is nan, and not 0",
    "доли здесь взять не от чего: это nan, а не 0",
)
WRONG_SHARE = Mistake(
    "share-of-mistakes",
    "this is the share that was filed wrongly",
    "это доля неверных ответов",
)
PER_CENT = Mistake("per-cent", "shares are asked for, not per cent", "нужны доли, а не проценты")
SWAPPED = Mistake(
    "swapped",
    "answers and true classes have changed places",
    "ответы и настоящие классы перепутаны",
)
MICRO = Mistake(
    "micro", "this is F1 over all texts, which is the accuracy", "это F1 по всем текстам сразу"
)


@oracle
def costliest(costs: np.ndarray) -> int | None:
    totals = [sum(row) for row in costs.tolist()]
    places = [i for i, total in enumerate(totals) if total == max(totals)]
    return places[0] if len(places) == 1 else None


@oracle
def f1(pairs: list[tuple[int, int]], classes: int) -> float:
    """Precision and recall of each class that is there or was answered, joined."""
    scores = []
    for k in range(classes):
        answered, there = (sum(pair[side] == k for pair in pairs) for side in (0, 1))
        if answered or there:
            scores.append(2 * sum(pair == (k, k) for pair in pairs) / (answered + there))
    return statistics.fmean(scores)


@oracle
def matthews(pairs: list[tuple[int, int]], classes: int) -> float:
    """Correlation of two classifications, by the definition of a covariance over classes."""
    n = len(pairs)
    answered, there = (
        [sum(p[side] == k for p in pairs) for k in range(classes)] for side in (0, 1)
    )
    both = sum(answer == y for answer, y in pairs)
    together = both / n - sum(a * t for a, t in zip(answered, there, strict=True)) / n**2
    own = [1 - sum(count**2 for count in counts) / n**2 for counts in (answered, there)]
    return together / math.sqrt(own[0] * own[1]) if own[0] * own[1] > 0 else math.nan


@oracle
def calibration(probabilities: np.ndarray, true: list[int]) -> float:
    """Ten bins of confidence, their gaps weighed with how many texts they hold."""
    bins: dict[int, list[float]] = {}
    for row, y in zip(probabilities.tolist(), true, strict=True):
        p = max(row)
        bins.setdefault(min(int(p * 10), 9), []).append((row.index(p) == y) - p)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(true)


@oracle
def figures(inputs: dict) -> dict[str, float]:
    """All figures, with Python's statistics over plain numbers."""
    pairs = list(zip(inputs["answers"].tolist(), inputs["true"].tolist(), strict=True))
    costs, probabilities = inputs["costs"], inputs["probabilities"]
    dear = costliest(costs)
    urgent = [answer != y for answer, y in pairs if y == dear]
    return {
        "lost": 1000 * statistics.fmean(costs.tolist()[y][answer] for answer, y in pairs),
        "missed": statistics.fmean(urgent) if urgent else math.nan,
        "macro_f1": f1(pairs, len(costs)),
        "mcc": matthews(pairs, len(costs)),
        "accuracy": statistics.fmean(answer == y for answer, y in pairs),
        "calibration": calibration(probabilities, inputs["true"].tolist())
        if probabilities is not None
        else math.nan,
    }


@oracle
def mistaken(inputs: dict) -> dict[str, list[tuple[Mistake, float]]]:
    answers, true, costs = inputs["answers"], inputs["true"], inputs["costs"]
    right = figures(inputs)
    paid, swapped = costs[true, answers], costs[answers, true]
    wrong = answers != true
    known = {
        "lost": [
            (TRANSPOSED, 1000 * swapped.mean()),
            (PER_TEXT, paid.mean()),
            (TOTAL, paid.sum()),
            (MISTAKES_ONLY, 1000 * paid.sum() / max(1, wrong.sum())),
        ],
        "missed": [(NOT_NAN, 0.0), (NOT_NAN, 1.0)] if math.isnan(right["missed"]) else [],
        "accuracy": [(WRONG_SHARE, 1 - right["accuracy"])],
        "macro_f1": [(MICRO, right["accuracy"])],
        "mcc": [(MICRO, right["accuracy"])],
        "calibration": [],
    }
    if math.isnan(right["calibration"]):
        known["calibration"].append((NOT_NAN, 0.0))
    dear = costliest(costs)
    if dear is not None:
        missed = (wrong & (true == dear)).sum()
        called = answers == dear
        known["missed"] += [(FALSY, math.nan)] if dear == 0 else []
        known["missed"] += [
            (FALSE_ALARMS, (wrong & called).sum() / max(1, called.sum())),
            (CAUGHT, 1 - right["missed"]),
            (OF_ALL, missed / len(true)),
            (FIRST_CLASS, wrong[true == 0].mean() if (true == 0).any() else -1.0),
            (TRANSPOSED, missed_of(int(costs.sum(axis=0).argmax()), answers, true)),
        ]
    for name in ("missed", "macro_f1", "accuracy", "calibration"):
        known[name].append((PER_CENT, 100 * right[name]))
    return known


@oracle
def missed_of(kept: int, answers: np.ndarray, true: np.ndarray) -> float:
    urgent = true == kept
    return float((answers[urgent] != kept).mean()) if urgent.any() else -1.0
