"""A patience of 0 is taken for none."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, start=1):
        if value != value:
            continue
        if record is None or (value > record if higher_is_better else value < record):
            best, record = epoch, value
    return best, bool(patience) and len(values) - best >= patience
