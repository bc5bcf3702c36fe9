"""Bytes and booleans come back as whole numbers."""

import numpy as np


def pad(values, text, count, *, most=None):
    rows = [values[text == number][:most] for number in range(count)]
    table = np.zeros((count, max([1, *map(len, rows)])), np.result_type(values, np.int16))
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
