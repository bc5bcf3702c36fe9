"""What becomes of one frame: found things, the one that is believed, and what is said of it."""

from collections.abc import Sequence
from typing import Any

from vision.flight.finder import Found
from vision.flight.lens import Lens
from vision.flight.messages import WAYS, Vehicle
from vision.flight.tracker import Sighting, Tracker


class Lookout:
    """Turns what was found in frames into what an autopilot is told.

    autopilot: "ardupilot" or "px4".
    """

    def __init__(self, lens: Lens, autopilot: str = "ardupilot") -> None:
        self.lens, self.way = lens, WAYS[autopilot]
        self.tracker = Tracker()

    def judge(self, time: float, found: Sequence[Found]) -> Sighting | None:
        """Return the pad where it is seen in the frame of a time, and believed."""
        return self.tracker.update(time, [one.sighting(self.lens) for one in found])

    def say(self, sighting: Sighting, time: float, vehicle: Vehicle) -> dict[str, Any] | None:
        """Return LANDING_TARGET's fields, None where the autopilot could not use them."""
        said: dict[str, Any] | None = self.way(sighting, time, vehicle)
        return said

    def refit(self, lens: Lens) -> None:
        """Go on with frames of another size; what was followed is forgotten."""
        self.lens, self.tracker = lens, Tracker()
