"""How the learning rate goes, and when the time is up."""

import math
from collections.abc import Callable

HEAD_START = 0.02


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


class Deadline:
    """When the training has to end so that what must follow it still fits in.

    That is the last validation and the last checkpoint: `validation` and `saving` are the seconds
    that they take, as measured so far.
    """

    def __init__(self, minutes: float | None, *, clock: Callable[[], float]) -> None:
        self.seconds = math.inf if minutes is None else minutes * 60
        self.clock = clock
        self.start = clock()
        self.validation = self.saving = 0.0

    @property
    def reserve(self) -> float:
        """The seconds to keep for what follows the last step."""
        return self.validation + self.saving

    def elapsed(self) -> float:
        """Return the seconds since the training began, those before a resumption included."""
        return self.clock() - self.start

    def share(self) -> float:
        """Return the share of the training's time that has passed, the first part of it forgiven.

        The learning rate follows this share once it is ahead of the share of steps taken, that
        is, once the deadline is going to cut the training short. A slow first step must not
        count as that, so the clock gives a head start, which it takes back towards the end.
        """
        if self.seconds == math.inf:
            return 0.0
        share = self.elapsed() / max(self.seconds - self.reserve, 1e-9)
        return share - HEAD_START * (1 - share)

    def leaves(self, seconds: float) -> bool:
        """Whether there are that many seconds left for the training."""
        if self.seconds == math.inf:
            return True
        return self.elapsed() + seconds + self.reserve <= self.seconds

    def passed(self) -> bool:
        """Whether the time is over altogether."""
        return self.elapsed() > self.seconds
