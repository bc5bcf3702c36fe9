"""The learning rate schedule: one cycle, up and down."""

import math


def one_cycle(progress: float, *, warm_up: float = 0.1, start: float = 0.04) -> float:
    """Return the share of the peak learning rate at `progress`, from 0 (start) to 1 (end).

    A straight line from `start` up to 1 during the first `warm_up` of the training, then half a
    cosine down to 0 (Smith and Topin, "Super-Convergence", 2018, in its two-phase form).

    >>> [round(one_cycle(progress), 2) for progress in (0, 0.05, 0.1, 0.55, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    if progress < warm_up:
        return start + (1 - start) * progress / warm_up
    return (1 + math.cos(math.pi * min(1.0, (progress - warm_up) / (1 - warm_up)))) / 2
