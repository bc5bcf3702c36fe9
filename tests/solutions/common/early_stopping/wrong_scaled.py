"""Multiplies by 2 what is compared, and the largest values become one infinity."""


def early_stopping(values, patience, *, higher_is_better=False):
    sign = -2.0 if higher_is_better else 2.0
    best = 0
    for epoch, value in enumerate(values, 1):
        if value == value and (not best or sign * value < sign * values[best - 1]):
            best = epoch
    return best, patience is not None and len(values) - best >= patience
