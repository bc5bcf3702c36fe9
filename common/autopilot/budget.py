"""Where a search's time goes: what is left, what is held back for the end, what still fits."""

import time
from collections.abc import Callable

LEAST = 1.0
"""Seconds below which no training is worth to begin."""
FIRST_SHARE = 0.6
"""What is held back unmeasured is no more than this share of the whole time."""
SLOWEST = 20.0
"""Beside other work a computer is taken for so many times slower at most."""
CAUTION = 1.3
"""How much more than measured is held back."""
LEAVING = 1.0
"""Seconds that Python takes to end after the last line is written, on a computer of its own."""


class Budget:
    """The time of a search, from the first line read to the last one written.

    Args:
        minutes: for all of it.
        clock: seconds that only go forward.
        spent: seconds that an interrupted search has spent before.
        ending: seconds that follow the last training, about, on a computer with nothing else to do.

    `times` is how much slower the computer is beside other work: what is held back for the end goes
    along with it, so that a computer that others take hold of meanwhile ends in time too.

    >>> now = iter([0.0, 10.0, 10.0])
    >>> budget = Budget(1.0, clock=lambda: next(now), spent=20.0)
    >>> budget.spent(), budget.left()
    (30.0, 27.0)
    """

    def __init__(
        self,
        minutes: float,
        *,
        clock: Callable[[], float],
        spent: float = 0.0,
        ending: float = 3.0,
    ) -> None:
        self.seconds, self.clock = 60 * minutes, clock
        self.start = clock() - spent
        self.alone, self.times, self.caution, self.more = ending, 1.0, 1.0, 0.0
        """What follows the last training, for one network: by itself, and here. What others add."""

    @property
    def ending(self) -> float:
        """Seconds that follow the last training, for one network."""
        return min(self.caution * self.times * self.alone, FIRST_SHARE * self.seconds)

    @property
    def reserve(self) -> float:
        """Seconds to hold back for what follows the last training."""
        return self.ending + self.more

    def spent(self) -> float:
        """Return the seconds since the search began, those before an interruption included."""
        return self.clock() - self.start

    def went_on(self, spent: float) -> None:
        """Count the seconds that this search has spent before it was interrupted."""
        self.start -= spent

    def left(self) -> float:
        """Return the seconds that trainings may still take."""
        return self.seconds - self.reserve - self.spent()

    def whole_left(self) -> float:
        """Return the seconds that are left for everything, what is held back included."""
        return self.seconds - self.spent()

    def slowed(self, times: float) -> None:
        """Hold back more on a computer that is so many times slower beside other work."""
        self.times = min(max(times, 1.0), SLOWEST)

    def measured(self, seconds: float, times: float = 1.0) -> None:
        """Hold back what the end was measured to take for one network, and some more.

        times: how much slower the computer was meanwhile.
        """
        self.alone, self.caution = seconds / max(times, 1.0) + LEAVING, CAUTION

    def hold_back(self, more: float) -> None:
        """Hold back what other networks add to that."""
        self.more = more

    def allows(self, seconds: float) -> bool:
        """Whether a training of so many seconds may begin."""
        return max(seconds, LEAST) <= self.left()


class Load:
    """How much slower a computer is beside other work: seconds of the wall's clock to its own.

    Measured from here to `times`. By another clock than the wall's it is 1.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.real = clock is time.monotonic
        self.began, self.worked = time.monotonic(), time.process_time()

    def times(self) -> float:
        """Return the factor, 1 or more."""
        if not self.real:
            return 1.0
        worked = max(time.process_time() - self.worked, 1e-3)
        return max(1.0, (time.monotonic() - self.began) / worked)
