"""The first record is taken for worse than any figure."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, (-1e5 if higher_is_better else 1e5)
    for epoch, value in enumerate(values, 1):
        if value > record if higher_is_better else value < record:
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
