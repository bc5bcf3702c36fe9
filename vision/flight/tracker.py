"""One pad over many frames: what is believed, and when to be silent.

An autopilot takes any message as sight. So nothing is said of a pad that was found in a frame or
two, of one that jumps, or where two things claim to be the pad.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

NEED, OF = 5, 8
"""A pad counts as seen when it was found in so many of the last so many frames."""
GATE, PACE, WIDEST = 0.05, 0.8, 0.3
"""How far a pad may move between two frames, as slopes: so much, and so much more a second, for
the vehicle swings and drifts; and at most so much."""
GROWTH = 2.5
"""Times that its width may have grown or shrunk since it was last found."""
RIVAL = 0.7
"""Share of the best one's evidence from which on another thing is a rival, and nothing is said."""
FORGET = 1.0
"""Seconds after which a thing that was not found again is forgotten."""


class Sighting(NamedTuple):
    """A thing that was found in one frame.

    right, down: slopes of the ray to its middle, for 1 ahead. width: of what is seen of it, as a
    slope. confidence: of its finder, within 0 and 1.
    """

    right: float
    down: float
    width: float
    confidence: float


@dataclass
class Track:
    """A thing that is followed: its last sighting, when that was, and the last frames' answers."""

    last: Sighting
    time: float
    hits: deque[float] = field(default_factory=lambda: deque(maxlen=OF))

    @property
    def seen(self) -> int:
        return sum(hit > 0 for hit in self.hits)

    @property
    def evidence(self) -> float:
        """The sum of its confidences over the last frames."""
        return sum(self.hits)

    def distance(self, sighting: Sighting, time: float) -> float:
        """Return how far a sighting lies from where this thing was, in gates; above 1 is too far,
        and what has grown or shrunk too much is at infinity."""
        growth = sighting.width / max(self.last.width, 1e-9)
        if not 1 / GROWTH <= growth <= GROWTH:
            return math.inf
        moved = math.hypot(sighting.right - self.last.right, sighting.down - self.last.down)
        return moved / min(GATE + PACE * (time - self.time), WIDEST)


class Tracker:
    """Follows all that was found, and says which of it is the pad, or nothing.

    >>> tracker = Tracker()
    >>> pad = Sighting(0.1, -0.2, 0.05, 0.9)
    >>> [tracker.update(k / 15, [pad]) is not None for k in range(6)]
    [False, False, False, False, True, True]
    """

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.chosen: Track | None = None

    def update(self, time: float, sightings: Sequence[Sighting]) -> Sighting | None:
        """Take what was found in the frame of a time; return the pad where it was found in this
        very frame and is believed.

        Each thing that is followed takes the nearest sighting within its gate, the one with most
        evidence first; what is left begins a track of its own.
        """
        left = list(sightings)
        self.tracks.sort(key=lambda track: -track.evidence)
        found = None
        for track in self.tracks:
            near = min(left, key=lambda one: track.distance(one, time), default=None)
            if near is None or track.distance(near, time) > 1:
                track.hits.append(0.0)
                continue
            left.remove(near)
            track.last, track.time = near, time
            track.hits.append(max(near.confidence, 1e-3))
            if track is self.chosen:
                found = near
        for one in left:
            self.tracks.append(Track(one, time, deque([max(one.confidence, 1e-3)], maxlen=OF)))
        self.tracks = [track for track in self.tracks if time - track.time < FORGET and track.seen]
        self._choose()
        if self.chosen is None or self.chosen.time != time:
            return None
        return found if found is not None else self.chosen.last

    def _choose(self) -> None:
        """Keep to the pad for as long as it is seen; take another only where it has no rival."""
        if self.chosen is not None and self.chosen not in self.tracks:
            self.chosen = None
        if self.chosen is not None:
            if self.chosen.seen < NEED:
                self.chosen = None
            return
        known = sorted((t for t in self.tracks if t.seen >= NEED), key=lambda t: -t.evidence)
        alone = len(known) == 1 or (
            len(known) > 1 and known[1].evidence < RIVAL * known[0].evidence
        )
        if known and alone:
            self.chosen = known[0]
