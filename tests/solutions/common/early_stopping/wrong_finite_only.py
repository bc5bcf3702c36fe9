"""Takes infinity for no value."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, 1):
        if math.isfinite(value) and (
            record is None or (value > record if higher_is_better else value < record)
        ):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
