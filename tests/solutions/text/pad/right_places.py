"""The place of each value in its own text."""

import numpy as np


def pad(values, text, count, *, most=None):
    starts = np.searchsorted(text, np.arange(count))
    place = np.arange(len(text)) - starts[text]
    taken = place < (len(text) if most is None else most)
    place = place[taken]
    table = np.zeros((count, max(1, place.max(initial=-1) + 1)), dtype=values.dtype)
    table[text[taken], place] = values[taken]
    return table
