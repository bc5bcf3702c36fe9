"""What is better by less than a millionth does not count."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, start=1):
        if value != value:
            continue
        if record is None or (value > record + 1e-6 if higher_is_better else value < record - 1e-6):
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
