"""Fills with -1, and makes zeros of them afterwards."""

import numpy as np


def pad(values, text, count, *, most=None):
    rows = [values[text == k][:most] for k in range(count)]
    table = np.full((count, max([1, *map(len, rows)])), -1).astype(values.dtype)
    for k, row in enumerate(rows):
        table[k, : len(row)] = row
    table[table == np.array(-1).astype(values.dtype)] = 0
    return table
