"""By the minimum and its first place."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    signed = [-v if higher_is_better else v for v in values]
    known = [v for v in signed if not math.isnan(v)]
    best = signed.index(min(known)) + 1 if known else 0
    stop = False if patience is None else len(values) >= best + patience
    return best, stop
