"""Counts cells of the price list in bytes."""

import math

import numpy as np

from text.metrics import calibration_error, costliest_class, macro_f1, matthews


def class_metrics(answers, true, costs, probabilities=None):
    c = np.asarray(costs, float)
    k = costliest_class(c)
    flat = c.ravel()[(true.astype(np.int8) * len(c) + answers.astype(np.int8)).astype(np.int8)]
    m = true == k if k is not None else np.zeros(len(true), bool)
    return {
        "lost": float(1000 * flat.mean()),
        "missed": float((answers[m] != k).mean()) if m.any() else math.nan,
        "macro_f1": macro_f1(answers, true, len(c)),
        "mcc": matthews(answers, true, len(c)),
        "accuracy": float((answers == true).mean()),
        "calibration": math.nan
        if probabilities is None
        else calibration_error(probabilities, true),
    }
