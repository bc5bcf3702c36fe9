"""As wide as the longest before it is cut."""

import numpy as np


def pad(values, text, count, *, most=None):
    lengths = np.bincount(text, minlength=count)
    there = np.arange(max(1, lengths.max(initial=0))) < lengths[:, None]
    table = np.zeros(there.shape, values.dtype)
    table[there] = values
    if most is not None:
        table[:, most:] = 0
    return table
