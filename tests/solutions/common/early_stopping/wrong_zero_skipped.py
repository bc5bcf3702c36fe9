"""A value of zero is taken for none."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, start=1):
        if not value or value != value:
            continue
        if record is None or (value > record if higher_is_better else value < record):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
