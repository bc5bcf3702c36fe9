"""Early stopping: which epoch was the best, and when waiting for a better one is over."""

from common.exercises import exercise


@exercise(points=15, minutes=25, difficulty=2, uses="Python", lesson="Loop")
def early_stopping(
    values: list[float], patience: int | None, *, higher_is_better: bool = False
) -> tuple[int, bool]:
    """Say which epoch was the best so far, and whether it is time to stop.

    values: the watched figure after each epoch so far, oldest first; usually the loss on the
        validation part, where lower is better. It may be empty: best is 0 then. The list stays
        as it is.
    patience: stop when this many epochs in a row brought nothing better than the best before
        them; 0 stops after any epoch, and None never stops.
    higher_is_better: for figures such as an accuracy.

    Returns (best, stop): the number of the best epoch, counted from 1, and a bool. The same
    value again is nothing better: of equal values the earliest is the best. A nan is never
    better than anything; where there is no other value yet, best is 0, and the patience is
    counted from the beginning. An infinity is a value like any other. Only the epochs after the
    best count for stop: a patience that ran out earlier, before something better came, does not.

    >>> early_stopping([0.9, 0.5, 0.6], 2), early_stopping([0.9, 0.5, 0.6, 0.5], 2)
    ((2, False), (2, True))
    """
    best = 0
    for epoch, value in enumerate(values, start=1):
        if value != value:  # true of nan alone
            continue
        record = values[best - 1] if best else None
        if record is None or (value > record if higher_is_better else value < record):
            best = epoch
    return best, patience is not None and len(values) - best >= patience
