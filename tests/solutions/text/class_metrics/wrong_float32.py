"""Takes the prices in float32, where two that are nearly the same are one."""

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    costs = np.asarray(costs, np.float32)
    kept = costliest_class(costs)
    urgent = true == kept if kept is not None else np.zeros(len(true), bool)
    known = probabilities is not None
    return {
        "lost": float(1000 * costs[true, answers].mean(dtype=np.float64)),
        "missed": float((answers[urgent] != kept).mean()) if urgent.any() else float("nan"),
        "macro_f1": macro_f1(answers, true, len(costs)),
        "mcc": matthews(answers, true, len(costs)),
        "accuracy": float((answers == true).mean()),
        "calibration": calibration_error(probabilities, true) if known else float("nan"),
    }
