"""The time that a check has had, not the time for which it waited for an overloaded machine.

Right code was told that it had not finished: on two cores with eighty programs it stood in line for
most of its thirty seconds. Linux counts for how long somebody has waited for a processor (pressure
stall information). Of that a check is charged a quarter, so one that sleeps comes to its end, too.
Of what it waited itself, where that is known, it is charged a thirtieth, and who only waits comes
to an end all the same: with thirty programs on two cores, fourteen seconds of processor take four
minutes.
"""

import time
from pathlib import Path

PRESSURE = Path("/proc/pressure/cpu")
CHARGED = 0.25
CHARGED_ITSELF = 1 / 30


class Stopwatch:
    """Counts from when it was made; by the clock alone where the system tells of no waiting.

    >>> watch = Stopwatch()
    >>> 0.0 <= watch.seconds() < 60
    True
    """

    def __init__(self) -> None:
        self._began, self._waited = time.monotonic(), _waited()

    def seconds(self, itself: float = 0.0) -> float:
        """Return the seconds that count.

        itself: for how many a thread of the check is known to have waited.
        """
        passed = self.passed()
        waited = min(passed, max(0.0, _waited() - self._waited))
        of_itself = min(passed, itself)
        return passed - max((1 - CHARGED) * waited, (1 - CHARGED_ITSELF) * of_itself)

    def passed(self) -> float:
        """Return the seconds by the clock, whoever waited."""
        return time.monotonic() - self._began


def _waited() -> float:
    """Return for how many seconds, since it was started, some program had to wait."""
    try:
        first, *_ = PRESSURE.read_text(encoding="ascii").splitlines()
        return int(first.rpartition("total=")[2]) / 1e6
    except (OSError, ValueError):  # another system, an old one, or one that does not tell
        return 0.0
