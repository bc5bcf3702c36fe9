"""Says of no epochs that the first is the best."""


def early_stopping(values, patience, *, higher_is_better=False):
    if not values:
        return 1, False
    best, record = 0, None
    for epoch, value in enumerate(values, start=1):
        if value != value:
            continue
        if record is None or (value > record if higher_is_better else value < record):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
