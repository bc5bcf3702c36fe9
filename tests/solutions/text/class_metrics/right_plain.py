"""With Python's own numbers."""

from statistics import fmean

from text import metrics


def class_metrics(answers, true, costs, probabilities=None):
    pairs = [(int(y), int(answer)) for y, answer in zip(true, answers, strict=True)]
    dear = metrics.costliest_class(costs)
    urgent = [answer != y for y, answer in pairs if y == dear]
    known = probabilities is not None
    return {
        "calibration": metrics.calibration_error(probabilities, true) if known else float("nan"),
        "accuracy": fmean(answer == y for y, answer in pairs),
        "macro_f1": metrics.macro_f1(answers, true, len(costs)),
        "mcc": metrics.matthews(answers, true, len(costs)),
        "missed": fmean(urgent) if urgent else float("nan"),
        "lost": 1000 * fmean(float(costs[y][answer]) for y, answer in pairs),
    }
