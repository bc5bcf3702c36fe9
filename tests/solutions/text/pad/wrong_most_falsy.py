"""At least as wide as most, where it is given."""

import numpy as np


def pad(values, text, count, *, most=None):
    lengths = np.bincount(text, minlength=count)
    width = most or max(1, lengths.max(initial=0))
    table = np.zeros((count, width), values.dtype)
    for row in range(count):
        own = values[text == row][:width]
        table[row, : len(own)] = own
    return table
