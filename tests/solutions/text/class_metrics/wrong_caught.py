"""The share that was found."""

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    prices = np.array(costs, dtype=np.float64)
    dear = costliest_class(prices)
    urgent = np.flatnonzero(true == dear) if dear is not None else []
    missed = np.mean(answers[urgent] == dear) if len(urgent) else np.nan
    calibration = np.nan if probabilities is None else calibration_error(probabilities, true)
    return {
        "lost": float(np.mean(prices[true, answers]) * 1000),
        "missed": float(missed),
        "macro_f1": macro_f1(answers, true, len(prices)),
        "mcc": matthews(answers, true, len(costs)),
        "accuracy": float(np.mean(answers == true)),
        "calibration": float(calibration),
    }
