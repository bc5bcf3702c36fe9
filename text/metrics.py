"""How well texts are classified, in figures that whoever pays for the mix-ups would understand."""

import numpy as np

from common.exercises import exercise
from common.outcome import Metric

METRICS = (
    Metric("lost", "lost per 1,000 texts", "{:,.0f}"),
    Metric("missed", "costliest class missed, %", "{:.1f}", scale=100),
    Metric("macro_f1", "macro-F1", "{:.3f}", best="high"),
    Metric("mcc", "MCC", "{:.3f}", best="high"),
    Metric("accuracy", "filed right, %", "{:.1f}", best="high", scale=100),
    Metric("calibration", "calibration error (ECE), %", "{:.1f}", scale=100),
)


@exercise(points=20, minutes=20, difficulty=1, uses="NumPy", lesson="Report")
def class_metrics(
    answers: np.ndarray,
    true: np.ndarray,
    costs: np.ndarray,
    probabilities: np.ndarray | None = None,
) -> dict[str, float]:
    """Return a dict with every figure of `METRICS`, by its name.

    answers, true: (n,) int, the answered and the true class of each text; n is at least 1.
    costs: (classes, classes), an array or a list of lists; costs[y][j] is the price of filing a
    text of class y under j, and being right costs nothing.
    probabilities: (n, classes), or None where nobody knows them.

    - lost: what a thousand texts like these would cost, in the unit of `costs`
    - missed: of the texts that are truly of the costliest class, the share that was filed
      elsewhere; nan where there are none, or where `costliest_class(costs)` is None
    - macro_f1: the mean over classes of F1 = 2·TP / (2·TP + FP + FN), by `macro_f1`
    - mcc: by `matthews`
    - accuracy: the share that was filed right
    - calibration: by `calibration_error`; nan without probabilities

    The functions that are named stand below. All figures are plain Python floats, shares are
    from 0 to 1, and nan is float("nan"). No argument is changed.

    >>> figures = class_metrics(np.array([0, 1, 1]), np.array([0, 0, 1]), [[0, 900], [30, 0]])
    >>> figures["lost"], figures["missed"], round(figures["macro_f1"], 4)
    (300000.0, 0.5, 0.6667)
    """
    costs = np.asarray(costs, np.float64)
    kept = costliest_class(costs)
    urgent = true == kept if kept is not None else np.zeros(len(true), bool)
    return {
        "lost": float(1000 * costs[true, answers].mean()),
        "missed": float((answers[urgent] != kept).mean()) if urgent.any() else float("nan"),
        "macro_f1": macro_f1(answers, true, len(costs)),
        "mcc": matthews(answers, true, len(costs)),
        "accuracy": float((answers == true).mean()),
        "calibration": float("nan")
        if probabilities is None
        else calibration_error(probabilities, true),
    }


def costliest_class(costs: np.ndarray) -> int | None:
    """Return the class that is costliest to miss, on the average over the wrong answers.

    None where two or more share that place, as they do where every mix-up costs the same.

    >>> costliest_class([[0, 900], [30, 0]]), costliest_class([[0, 1], [1, 0]])
    (0, None)
    """
    rows = np.asarray(costs, np.float64).sum(axis=1)
    first = int(rows.argmax())
    return first if (rows == rows[first]).sum() == 1 else None


def macro_f1(answers: np.ndarray, true: np.ndarray, classes: int) -> float:
    """Return the mean F1 of the classes that are there or were answered.

    >>> macro_f1(np.array([0, 0, 2]), np.array([0, 1, 2]), 4)
    0.5555555555555555
    """
    hits = np.bincount(true[answers == true], minlength=classes)
    mentioned = np.bincount(true, minlength=classes) + np.bincount(answers, minlength=classes)
    there = mentioned > 0
    return float((2 * hits[there] / mentioned[there]).mean())


def matthews(answers: np.ndarray, true: np.ndarray, classes: int) -> float:
    """Return Matthews' correlation (MCC) of the answers with the true classes, from -1 to 1.

        MCC = (n·Σ_k hits_k - Σ_k t_k·a_k) / sqrt((n² - Σ_k a_k²)·(n² - Σ_k t_k²))

    t_k and a_k count the texts of class k and the answers k. 0 is as good as guessing, however
    rare the classes are; nan where all answers are one class, or all texts.

    >>> matthews(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]), 2)
    0.5773502691896258

    Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation
    coefficient" (2004).
    """
    n, hits = float(len(true)), float((answers == true).sum())
    there = np.bincount(true, minlength=classes).astype(np.float64)
    answered = np.bincount(answers, minlength=classes).astype(np.float64)
    spread = (n * n - answered @ answered) * (n * n - there @ there)
    return float((n * hits - there @ answered) / np.sqrt(spread)) if spread > 0 else float("nan")


def figures_by_class(answers: np.ndarray, true: np.ndarray, classes: int) -> dict[str, np.ndarray]:
    """Return (classes,) arrays: how many texts each class has, its precision, recall and F1.

    nan where there is nothing to take a share of: no text, no answer, neither.

    >>> found = figures_by_class(np.array([0, 1, 1]), np.array([0, 0, 1]), 3)
    >>> found["recall"].tolist(), found["f1"].round(2).tolist()
    ([0.5, 1.0, nan], [0.67, 0.67, nan])
    """
    hits = np.bincount(true[answers == true], minlength=classes)
    texts, answered = (np.bincount(of, minlength=classes) for of in (true, answers))
    with np.errstate(invalid="ignore"):
        return {
            "texts": texts,
            "precision": hits / answered,
            "recall": hits / texts,
            "f1": 2 * hits / (texts + answered),
        }


def calibration_error(probabilities: np.ndarray, true: np.ndarray, *, bins: int = 10) -> float:
    """Return how far the network's confidence is from how often it is right.

        ECE = Σ_b n_b / n · |right_b - confidence_b|

    Texts are put into `bins` bins by the probability of their likeliest class, p from 0 to 1; of
    each bin the mean of p is compared with the share that was right. With few texts it is above
    zero even for honest probabilities.

    >>> calibration_error(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1]))
    0.30000000000000004

    Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning" (2015).
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == true
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / max(1, len(true)))
