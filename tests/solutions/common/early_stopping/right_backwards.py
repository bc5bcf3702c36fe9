"""Walks backwards, and takes the last that nothing before it reaches."""


def early_stopping(values, patience, *, higher_is_better=False):
    sign = -1.0 if higher_is_better else 1.0
    best = 0
    for place in range(len(values) - 1, -1, -1):
        value = sign * values[place]
        if value == value and (not best or value <= sign * values[best - 1]):
            best = place + 1
    if patience is None:
        return best, False
    return best, not len(values) < best + patience
