"""Cuts the run of values into rows of one length."""

import numpy as np


def pad(values, text, count, *, most=None):
    lengths = np.bincount(text, minlength=count)
    longest = max(1, int(lengths.max(initial=0)))
    table = np.zeros(count * longest, values.dtype)
    table[: len(values)] = values
    return table.reshape(count, longest)[:, :most]
