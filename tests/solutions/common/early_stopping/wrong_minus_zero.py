"""Takes -0.0 for less than 0.0."""

import math


def early_stopping(values, patience, *, higher_is_better=False):
    sign = -1.0 if higher_is_better else 1.0

    def key(v):
        return (v * sign, math.copysign(1, v * sign))

    best = 0
    for i, v in enumerate(values, 1):
        if math.isnan(v):
            continue
        if not best or key(v) < key(values[best - 1]):
            best = i
    return best, patience is not None and len(values) - best >= patience
