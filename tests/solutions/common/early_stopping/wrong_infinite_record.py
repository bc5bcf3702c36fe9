"""The first record is an infinity, which an infinite loss does not beat."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, (-math.inf if higher_is_better else math.inf)
    for epoch, value in enumerate(values, 1):
        if value > record if higher_is_better else value < record:
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
