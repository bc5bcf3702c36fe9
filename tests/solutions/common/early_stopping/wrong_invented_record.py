"""The first record is invented: a loss of 1, an accuracy of 0."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, (0 if higher_is_better else 1)
    for epoch, value in enumerate(values, 1):
        if value > record if higher_is_better else value < record:
            best, record = epoch, value
    return best, patience is not None and len(values) - best >= patience
