"""Counts epochs from zero."""


def early_stopping(values, patience, *, higher_is_better=False):
    known = [-v if higher_is_better else v for v in values]
    best = min((i for i, v in enumerate(known) if v == v), key=lambda i: known[i], default=-1)
    return best, patience is not None and len(values) - best - 1 >= patience
