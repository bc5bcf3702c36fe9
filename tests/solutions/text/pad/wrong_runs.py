"""Texts numbered by where the number changes: empty ones shift the rest."""

import numpy as np


def pad(values, text, count, *, most=None):
    parts = np.split(values, np.flatnonzero(np.diff(text)) + 1)
    parts = [part[:most] for part in parts]
    table = np.zeros((count, max([1, *map(len, parts)])), values.dtype)
    for row, part in enumerate(parts):
        table[row, : len(part)] = part
    return table
