"""Takes zeros among the values for padding."""

import numpy as np


def pad(values, text, count, *, most=None):
    rows = [values[(text == number) & (values != 0)][:most] for number in range(count)]
    table = np.zeros((count, max([1, *map(len, rows)])), values.dtype)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
