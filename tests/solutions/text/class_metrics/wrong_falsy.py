"""Class 0 counts as none, for 0 is false."""

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    prices = np.array(costs, dtype=np.float64)
    worst = costliest_class(costs)
    mask = true == worst
    missed = float(np.mean(answers[mask] != worst)) if worst and mask.any() else float("nan")
    calibration = np.nan if probabilities is None else calibration_error(probabilities, true)
    return {
        "lost": float(np.mean(prices[true, answers]) * 1000),
        "missed": missed,
        "macro_f1": macro_f1(answers, true, len(prices)),
        "mcc": matthews(answers, true, len(costs)),
        "accuracy": float(np.mean(answers == true)),
        "calibration": float(calibration),
    }
