"""Counts the classes by what is there."""

import math

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    c = np.array(costs, float)
    k = costliest_class(c)
    names = np.unique(true)
    urgent = [] if k is None else answers[true == k]
    return {
        "lost": float(c[true, answers].sum() / len(true) * 1000),
        "missed": float(np.mean(urgent != k)) if len(urgent) else math.nan,
        "macro_f1": macro_f1(answers, true, len(names)),
        "mcc": matthews(answers, true, len(c)),
        "accuracy": float(np.mean(answers == true)),
        "calibration": math.nan
        if probabilities is None
        else calibration_error(probabilities, true),
    }
