"""Where a search's time goes: what is left, what is held back for the end, what still fits."""

from collections.abc import Callable

LEAST = 1.0
"""Seconds below which no training is worth to begin."""
FIRST_RESERVE = 3.0
"""Seconds held back for the last evaluation and the page while neither was measured,"""
FIRST_SHARE = 0.4
"""but of a short time no more than this share."""
CAUTION = 1.3
"""How much more than measured is held back: beside other work a computer is slower."""


class Budget:
    """The time of a search, from the first line read to the last one written.

    Args:
        minutes: for all of it.
        clock: seconds that only go forward.
        spent: seconds that an interrupted search has spent before.

    >>> now = iter([0.0, 10.0, 10.0])
    >>> budget = Budget(1.0, clock=lambda: next(now), spent=20.0)
    >>> budget.spent(), budget.left()
    (30.0, 27.0)
    """

    def __init__(self, minutes: float, *, clock: Callable[[], float], spent: float = 0.0) -> None:
        self.seconds, self.clock = 60 * minutes, clock
        self.start = clock() - spent
        self.reserve = min(FIRST_RESERVE, FIRST_SHARE * self.seconds)
        """Seconds to hold back for what follows the last training."""

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

    def hold_back(self, seconds: float) -> None:
        """Hold back what was measured, and some more."""
        self.reserve = CAUTION * seconds

    def allows(self, seconds: float) -> bool:
        """Whether a training of so many seconds may begin."""
        return max(seconds, LEAST) <= self.left()
