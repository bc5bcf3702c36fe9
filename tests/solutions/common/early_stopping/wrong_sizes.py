"""Compares the sizes of the values, whatever their sign."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, 1):
        if value != value:
            continue
        beaten = record is None or (
            abs(value) > abs(record) if higher_is_better else abs(value) < abs(record)
        )
        if beaten:
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
