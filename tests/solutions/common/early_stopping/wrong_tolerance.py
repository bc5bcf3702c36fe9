"""An improvement of less than 0.0001 is none."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, 1):
        value = -value if higher_is_better else value
        if value == value and (record is None or value < record - 1e-4):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
