"""Compares sizes without their signs."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, 1):
        if value != value:
            continue
        size = abs(value)
        if record is None or (size > record if higher_is_better else size < record):
            best, record = epoch, size
    return best, patience is not None and len(values) - best >= patience
