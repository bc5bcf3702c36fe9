"""A patience that ran out once stops for ever."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record, stop = 0, None, False
    for epoch, value in enumerate(values, 1):
        value = -value if higher_is_better else value
        if value == value and (record is None or value < record):
            best, record = epoch, value
        stop = stop or (patience is not None and epoch - best >= patience)
    return best, stop
