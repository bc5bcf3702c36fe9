"""Epochs with NaN do not count for the patience."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, since = 0, 0
    for epoch, value in enumerate(values, start=1):
        if value != value:
            continue
        record = values[best - 1] if best else None
        if record is None or (value > record if higher_is_better else value < record):
            best, since = epoch, 0
        else:
            since += 1
    return best, patience is not None and since >= patience
