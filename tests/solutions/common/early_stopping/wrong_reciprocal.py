"""Turns a figure where higher is better into one over it."""


def early_stopping(values, patience, *, higher_is_better=False):
    best, record = 0, None
    for epoch, value in enumerate(values, 1):
        if value != value:
            continue
        figure = value
        if higher_is_better:
            figure = 1 / value if value else float("inf")
        if record is None or figure < record:
            best, record = epoch, figure
    return best, patience is not None and len(values) - best >= patience
