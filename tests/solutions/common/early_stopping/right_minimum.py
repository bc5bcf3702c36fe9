"""By the minimum and its first place."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    worst = math.inf
    signed = [worst if math.isnan(v) else -v if higher_is_better else v for v in values]
    best = 0 if all(math.isnan(v) for v in values) else signed.index(min(signed)) + 1
    stop = False if patience is None else len(values) >= best + patience
    return best, stop
