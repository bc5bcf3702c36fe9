"""Takes nan out of the list of the caller."""


def early_stopping(values, patience, *, higher_is_better=False):
    while values and values[-1] != values[-1]:
        values.pop()
    best, record = 0, None
    for epoch, value in enumerate(values, start=1):
        if value != value:
            continue
        if record is None or (value > record if higher_is_better else value < record):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
