"""The least by a key, of the pairs of epochs and values."""


def early_stopping(values, patience, *, higher_is_better=False):
    sign = -1 if higher_is_better else 1
    known = [(sign * value, epoch) for epoch, value in enumerate(values, 1) if value == value]
    _, best = min(known, default=(None, 0))
    stop = False if patience is None else best + patience <= len(values)
    return best, stop
