"""Numbers texts in a byte."""

import numpy as np


def pad(values, text, count, *, most=None):
    text = text.astype(np.uint8)
    rows = [values[text == number][:most] for number in range(count)]
    table = np.zeros((count, max([1, *map(len, rows)])), values.dtype)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
