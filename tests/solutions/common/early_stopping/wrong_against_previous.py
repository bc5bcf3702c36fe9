"""Counts epochs that were worse than the one before."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record, worse, before = 0, None, 0, None
    for epoch, value in enumerate(values, 1):
        value = -value if higher_is_better else value
        if value == value and (record is None or value < record):
            best, record = epoch, value
        worse = worse + 1 if before is not None and value >= before else 0
        before = value
    return best, patience is not None and worse >= patience
