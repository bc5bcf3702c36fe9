"""From the confusion matrix."""

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    n = len(costs)
    table = np.zeros((n, n))
    np.add.at(table, (true, answers), 1)
    dear = costliest_class(costs)
    row = table[dear] if dear is not None else np.zeros(n)
    nan = float("nan")
    return {
        "lost": float(np.vdot(table, np.array(costs, float)) / table.sum() * 1000),
        "missed": float(1 - row[dear] / row.sum()) if row.any() else nan,
        "macro_f1": macro_f1(answers, true, n),
        "mcc": matthews(answers, true, n),
        "accuracy": float(np.trace(table) / len(true)),
        "calibration": nan if probabilities is None else calibration_error(probabilities, true),
    }
