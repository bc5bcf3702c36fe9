"""A nan that comes first is never beaten."""


def early_stopping(values, patience, *, higher_is_better=False):
    best = 1
    for epoch, value in enumerate(values, 1):
        record = values[best - 1]
        if value > record if higher_is_better else value < record:
            best = epoch
    return best, patience is not None and len(values) - best >= patience
