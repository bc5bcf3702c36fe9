"""The bounds of each text by searchsorted."""

import itertools

import numpy as np


def pad(values, text, count, *, most=None):
    bounds = np.searchsorted(text, np.arange(count + 1))
    parts = [values[a:b][:most] for a, b in itertools.pairwise(bounds)]
    width = max([len(part) for part in parts] + [1])
    rows = [np.concatenate([part, np.zeros(width - len(part), values.dtype)]) for part in parts]
    return np.array(rows, dtype=values.dtype).reshape(count, width)
