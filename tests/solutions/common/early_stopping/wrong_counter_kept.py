"""The count of bad epochs never goes back to zero."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    best, bad, record = 0, 0, None
    for epoch, value in enumerate(values, start=1):
        better = record is None or (value > record if higher_is_better else value < record)
        if not math.isnan(value) and better:
            best, record = epoch, value
        else:
            bad += 1
    return best, patience is not None and bad >= patience
