"""What becomes of one frame: found things, the one that is believed, and what is said of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vision.flight.finder import Found
from vision.flight.lens import Lens
from vision.flight.messages import WAYS, Vehicle
from vision.flight.motion import Registration
from vision.flight.tracker import Sighting, Tracker


class Lookout:
    """Turns what was found in frames into what an autopilot is told.

    autopilot: "ardupilot" or "px4".
    """

    def __init__(self, lens: Lens, autopilot: str = "ardupilot") -> None:
        self.way = WAYS[autopilot]
        self.refit(lens)

    def judge(
        self,
        time: float,
        found: Sequence[Found],
        image: np.ndarray | None = None,
        motion: np.ndarray | None = None,
    ) -> Sighting | None:
        """Return the pad where it is seen in the frame of a time, and believed.

        image: the frame (height, width, 3) uint8 RGB, where how the ground moved may be seen in it.
        motion: (2, 3), where the last frame's pixels lie in this one, where that is known anyway.
        """
        if image is not None:
            motion = self.registration.motion(image)
        if motion is not None:
            motion = self.lens.in_slopes(motion)
        return self.tracker.update(time, [one.sighting(self.lens) for one in found], motion)

    @property
    def about(self) -> float | None:
        """Pixels that the pad was wide in the last frame, None where none is believed."""
        pad = self.tracker.chosen
        return None if pad is None else pad.now.width * float(self.lens.matrix[0, 0])

    def say(self, sighting: Sighting, time: float, vehicle: Vehicle) -> dict[str, Any] | None:
        """Return LANDING_TARGET's fields, None where the autopilot could not use them."""
        said: dict[str, Any] | None = self.way(sighting, time, vehicle)
        return said

    def refit(self, lens: Lens) -> None:
        """Go on with frames of another size; what was followed is forgotten."""
        self.lens, self.tracker = lens, Tracker(lens.half_view)
        self.registration = Registration()
