"""Infinity and NaN become numbers."""

import numpy as np


def pad(values, text, count, *, most=None):
    rows = [values[text == number][:most] for number in range(count)]
    table = np.zeros((count, max([1, *map(len, rows)])), values.dtype)
    for number, row in enumerate(rows):
        table[number, : len(row)] = np.nan_to_num(row)
    return table
