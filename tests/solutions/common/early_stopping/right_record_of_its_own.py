"""No record until the first value that is a number; the epochs since it are counted."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    best, record, waited = 0, None, 0
    for epoch, value in enumerate(values, 1):
        waited += 1
        if math.isnan(value):
            continue
        signed = -value if higher_is_better else value
        if record is None or signed < record:
            best, record, waited = epoch, signed, 0
    return best, patience is not None and waited >= patience
