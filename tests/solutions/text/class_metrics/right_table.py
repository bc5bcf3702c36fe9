"""Everything from one table of how often each class was filed under each."""

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    n = len(costs)
    counts = np.zeros((n, n))
    np.add.at(counts, (true, answers), 1)
    figures = {
        "lost": float((counts * np.asarray(costs)).sum() / counts.sum() * 1000),
        "missed": float("nan"),
        "macro_f1": macro_f1(answers, true, n),
        "mcc": matthews(answers, true, len(costs)),
        "accuracy": float(np.trace(counts) / counts.sum()),
        "calibration": float("nan"),
    }
    dear = costliest_class(costs)
    if dear is not None and counts[dear].any():
        figures["missed"] = float(1 - counts[dear, dear] / counts[dear].sum())
    if probabilities is not None:
        figures["calibration"] = calibration_error(probabilities, true)
    return figures
