"""One pad over many frames: what is believed, and when to be silent.

An autopilot takes any message as sight. So nothing is said of a pad that was found in a frame or
two, of one that jumps, or where two things claim to be the pad. What a thing is, every frame that
shows it is asked again, and the answers add up (a **sequential test**): a look-alike that was taken
for a pad from afar loses its standing from near by.

Source: Wald, "Sequential Tests of Statistical Hypotheses" (1945), but with a ceiling, so that what
was sure can be doubted again; Kalman, "A New Approach to Linear Filtering" (1960), for the place.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

NEED, OF = 5, 8
"""A pad counts as seen when it was found in so many of the last so many frames."""
EACH = 2.0
"""What one frame adds to a thing's evidence or takes from it, at most: log-odds. Frames of one
moment resemble each other, and are no independent witnesses."""
MISSING = -1.0
"""What a frame adds in which the thing ought to be seen, and is not."""
SURE, DOUBTED = 10.0, 5.0
"""Evidence from which on a thing is believed, and below which it is not any more."""
LEAST, MOST = -6.0, 24.0
"""Evidence for a thing that is kept at least and at most: what was sure can be doubted, and what
was too far off can prove itself."""
RIVAL = 0.7
"""Share of the best one's evidence from which on another thing is a rival, and nothing is said."""
FORGET, LONGER, LOST = 1.0, 5.0, 0.15
"""Seconds after which a thing that was not found again is forgotten, one that may be the pad later;
and the deviation of its place from which on nobody could tell it from another."""
GROWTH = 1.6
"""Times that a thing may look larger or smaller than it ought to."""
GATE = 3.0
"""Deviations that it may lie beside where it ought to."""
PACE, WIDEST = 0.4, 0.1
"""Deviation of a place, as a slope, for each second that nobody saw how the ground moved, for the
vehicle swings and drifts; and at most."""
CARRIED = 0.003
"""The same for a frame that could be laid over the last one."""
LOOSE, BESIDE = 0.004, 0.08
"""Deviation of what a finder says: so much, and such a share of the thing's width."""
PARTS = 0.7
"""Widths of a thing within which its parts lie: to the corner of a square."""
FILLS, DEEPEST = 0.9, 5.0
"""Widths of the view: from the first on what is believed is followed by the ground's motion alone,
for a finder sees parts of it; up to the second."""
ADRIFT = 0.08
"""Deviation of its place, in widths of the pad, up to which it is followed so."""


class Sighting(NamedTuple):
    """A thing that was found in one frame.

    right, down: slopes of the ray to its middle, for 1 ahead. width: of what is seen of it, as a
    slope. confidence: how likely it is the pad, within 0 and 1.
    """

    right: float
    down: float
    width: float
    confidence: float


@dataclass
class Track:
    """A thing that is followed: where it is now, when it was seen last, and what speaks for it.

    spread: variance of its place, in slopes. evidence: log-odds.
    """

    now: Sighting
    time: float
    spread: float
    evidence: float = 0.0
    hits: deque[bool] = field(default_factory=lambda: deque(maxlen=OF))
    sure: bool = False

    @classmethod
    def begun(cls, sighting: Sighting, time: float) -> Self:
        track = cls(sighting, time, variance(sighting))
        track.weigh(log_odds(sighting.confidence))
        track.hits.append(True)
        return track

    @property
    def seen(self) -> int:
        return sum(self.hits)

    def carry(self, motion: np.ndarray | None, seconds: float) -> None:
        """Go on to the next frame, as the ground moved."""
        if motion is None:
            self.spread += min(PACE * seconds, WIDEST) ** 2
            return
        scale = math.sqrt(abs(float(np.linalg.det(motion[:, :2]))))
        right, down = motion @ (self.now.right, self.now.down, 1.0)
        self.now = self.now._replace(
            right=float(right), down=float(down), width=self.now.width * scale
        )
        self.spread = self.spread * scale**2 + CARRIED**2

    def distance(self, sighting: Sighting) -> float:
        """Return how far a sighting lies from where this thing ought to be, in gates; above 1 is
        too far, and what has grown or shrunk too much is at infinity."""
        growth = sighting.width / max(self.now.width, 1e-9)
        if not 1 / GROWTH <= growth <= GROWTH:
            return math.inf
        aside = math.hypot(sighting.right - self.now.right, sighting.down - self.now.down)
        return aside / (GATE * math.sqrt(self.spread + variance(sighting)))

    def holds(self, sighting: Sighting) -> bool:
        """Whether a sighting may be a part of this thing."""
        aside = math.hypot(sighting.right - self.now.right, sighting.down - self.now.down)
        return aside < self.now.width * PARTS

    def take(self, sighting: Sighting, time: float) -> None:
        """Take a sighting as of this thing."""
        gain = self.spread / (self.spread + variance(sighting))
        right, down, width = (
            (1 - share) * old + share * new
            for share, old, new in zip((gain, gain, 0.3), self.now[:3], sighting[:3], strict=True)
        )
        self.now, self.time = Sighting(right, down, width, sighting.confidence), time
        self.spread *= 1 - gain
        self.weigh(log_odds(sighting.confidence))
        self.hits.append(True)

    def miss(self, expected: bool) -> None:
        """Take in that a frame does not show it; expected: whether it ought to."""
        self.weigh(MISSING if expected else 0.0)
        self.hits.append(False)

    def weigh(self, more: float) -> None:
        self.evidence = min(max(self.evidence + more, LEAST), MOST)
        self.sure = self.evidence >= (DOUBTED if self.sure else SURE)


def variance(sighting: Sighting) -> float:
    """Return the variance of where a finder says that a thing is, in slopes."""
    return (LOOSE + BESIDE * sighting.width) ** 2


def log_odds(confidence: float) -> float:
    """Return what a frame says, within `EACH`.

    >>> log_odds(0.5), log_odds(1.0), round(log_odds(0.75), 2)
    (0.0, 2.0, 1.1)
    """
    sure = min(max(confidence, 1e-9), 1 - 1e-9)
    return min(max(math.log(sure / (1 - sure)), -EACH), EACH)


class Tracker:
    """Follows all that was found, and says which of it is the pad, or nothing.

    view: slopes from the middle of a frame to its right edge and to its lower one.

    >>> tracker = Tracker()
    >>> pad = Sighting(0.1, -0.2, 0.05, 0.99)
    >>> [tracker.update(k / 15, [pad]) is not None for k in range(7)]
    [False, False, False, False, True, True, True]
    """

    def __init__(self, view: tuple[float, float] = (0.6, 0.6)) -> None:
        self.view, self.time = view, -math.inf
        self.tracks: list[Track] = []
        self.chosen: Track | None = None

    def update(
        self, time: float, sightings: Sequence[Sighting], motion: np.ndarray | None = None
    ) -> Sighting | None:
        """Take what was found in the frame of a time; return the pad where it is believed and was
        found in this very frame, or fills it and was followed here.

        Each thing that is followed takes the nearest sighting within its gate, the one with most
        evidence first; what is left begins a track of its own.

        Args:
            time: of the frame, seconds.
            sightings: what was found in it.
            motion: (2, 3), where the slopes of the last frame lie in this one, where that is known.
        """
        left = list(sightings)
        self.tracks.sort(key=lambda track: -track.evidence)
        for track in self.tracks:
            track.carry(motion, time - self.time)
            if motion is not None and self._fills(track):
                left = [one for one in left if not track.holds(one)]
                continue
            near = min(left, key=track.distance, default=None)
            if near is None or track.distance(near) > 1:
                track.miss(self._expected(track))
            else:
                left.remove(near)
                track.take(near, time)
        self.time = time
        self.tracks += [Track.begun(one, time) for one in left]
        self.tracks = [track for track in self.tracks if self._kept(track)]
        self._choose()
        if self.chosen is None:
            return None
        told = self.chosen.time == time or (motion is not None and self._followed(self.chosen))
        return self.chosen.now if told else None

    def _kept(self, track: Track) -> bool:
        if self._followed(track):
            return True
        lost = track.spread > max(LOST, ADRIFT * track.now.width) ** 2
        return not lost and self.time - track.time < (LONGER if track.evidence > 0 else FORGET)

    def _expected(self, track: Track) -> bool:
        """Whether a frame ought to show a thing: all of it is in view."""
        half = track.now.width / 2
        return all(
            abs(place) + half < edge for place, edge in zip(track.now[:2], self.view, strict=True)
        )

    def _fills(self, track: Track) -> bool:
        """Whether what is believed fills the frame: what is found there are parts of it."""
        return track.sure and track.now.width > FILLS * 2 * min(self.view)

    def _followed(self, track: Track) -> bool:
        """Whether what fills the frame is followed, and its place still known."""
        near = track.now.width < DEEPEST * 2 * min(self.view)
        return near and self._fills(track) and track.spread < (ADRIFT * track.now.width) ** 2

    def _choose(self) -> None:
        """Keep to the pad for as long as it is sure; take another only where it has no rival."""
        last, self.chosen = self.chosen, None
        if last in self.tracks and last.sure and (last.seen >= NEED or self._followed(last)):
            self.chosen = last
            return
        known = sorted(
            (track for track in self.tracks if track.sure and track.seen >= NEED),
            key=lambda track: -track.evidence,
        )
        if known and (len(known) == 1 or known[1].evidence < RIVAL * known[0].evidence):
            self.chosen = known[0]
