"""Messages handed over within the program: a simulated landing without pymavlink."""

from types import SimpleNamespace
from typing import Any

from vision.flight.messages import Vehicle


class InProcess:
    """Both ends of a line: what a `Link` sends and an `Ear` hears, LANDING_TARGET's fields."""

    def __init__(self) -> None:
        self.vehicle, self.sent = Vehicle(), 0
        self.waiting: list[Any] = []

    def send(self, target: dict[str, Any]) -> None:
        """Send a LANDING_TARGET, fields by name."""
        self.waiting.append(SimpleNamespace(**target))
        self.sent += 1

    def tend(self, now: float) -> str | None:
        """Do nothing: who is of one program needs no heartbeat."""
        return None

    def hear(self, wait: float = 0.0) -> list[Any]:
        """Return the LANDING_TARGETs that came."""
        heard, self.waiting = self.waiting, []
        return heard
