"""A text is as long as a byte can say."""

import numpy as np


def pad(values, text, count, *, most=None):
    lengths = np.bincount(text, minlength=count).astype(np.uint8)
    there = np.arange(max(1, lengths.max(initial=0))) < lengths[:, None]
    place = np.arange(len(values)) - np.searchsorted(text, text)
    table = np.zeros(there.shape, values.dtype)
    seen = place < there.shape[1]
    table[text[seen], place[seen]] = values[seen]
    return table[:, :most]
