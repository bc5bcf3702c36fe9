"""Higher is better where nothing is said."""


def early_stopping(values, patience, *, higher_is_better=True):
    best, record = 0, None
    for epoch, value in enumerate(values, start=1):
        if value != value:
            continue
        if record is None or (value > record if higher_is_better else value < record):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
