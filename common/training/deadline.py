"""The deadline of a training: how much of its time has passed, and what still fits in."""

import math
from collections.abc import Callable

HEAD_START = 0.02


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
