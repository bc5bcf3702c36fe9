"""As many rows as the last text that has something."""

import numpy as np


def pad(values, text, count, *, most=None):
    rows = [values[text == number][:most] for number in range(text.max(initial=0) + 1)]
    table = np.zeros((len(rows), max([1, *map(len, rows)])), values.dtype)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
