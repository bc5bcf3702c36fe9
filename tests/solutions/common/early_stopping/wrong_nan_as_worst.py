"""NaN counts as the worst value there is, which an infinity does not beat."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    worst = -math.inf if higher_is_better else math.inf
    known = [worst if math.isnan(value) else value for value in values]
    best = 0
    if any(not math.isnan(value) for value in values):
        best = known.index(max(known) if higher_is_better else min(known)) + 1
    stop = patience is not None and bool(values) and len(values) - best >= patience
    return best, stop
