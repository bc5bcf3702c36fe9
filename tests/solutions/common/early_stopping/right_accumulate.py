"""The record after each epoch, by itertools."""

from itertools import accumulate
from math import inf, isnan


def early_stopping(values, patience, *, higher_is_better=False):
    def better(held, new):
        if isnan(new[1]):
            return held
        if held[0] and (new[1] <= held[1] if higher_is_better else new[1] >= held[1]):
            return held
        return new

    *_, (best, _) = accumulate(enumerate(values, 1), better, initial=(0, 0.0))
    return best, len(values) - best >= (inf if patience is None else patience)
