"""The class of the costliest mix-up."""

import numpy as np

from text.metrics import calibration_error, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    costs = np.asarray(costs, np.float64)
    kept = int(costs.max(axis=1).argmax())
    urgent = np.zeros(len(true), bool) if kept is None else true == kept
    known = probabilities is not None
    return {
        "lost": float(1000 * costs[true, answers].mean()),
        "missed": float((answers[urgent] != kept).mean()) if urgent.any() else float("nan"),
        "macro_f1": macro_f1(answers, true, len(costs)),
        "mcc": matthews(answers, true, len(costs)),
        "accuracy": float((answers == true).mean()),
        "calibration": calibration_error(probabilities, true) if known else float("nan"),
    }
