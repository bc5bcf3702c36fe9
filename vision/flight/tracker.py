"""One pad over many frames: what is believed, and when to be silent.

An autopilot takes any message as sight. So nothing is said of a thing that was found in a frame or
two, or of one that jumps. What a thing is, every frame that shows it is asked again. The frames of
one thing resemble each other: a letter that is taken for an H in one is taken for it in the next,
and a hundred frames are no hundred witnesses. So their answers do not add up. Their mean counts,
of the last seconds, when the thing was seen from nearest.

From afar a letter cannot be read, and what is likely enough to be looked at from nearer is told:
an autopilot that lands comes down in any case, and now over that. From farther off nothing is told
yet, and from near by nothing but what is surely a pad: silence then, and the autopilot turns back.

Source: Kalman, "A New Approach to Linear Filtering" (1960), for the place.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from vision.calibration import logit

NEED, OF = 5, 8
"""A pad counts as seen when it was found in so many of the last so many frames."""
MEMORY = 45
"""Frames that the mean of what they say looks back on, as many as three seconds have."""
EACH = 4.0
"""What one frame says for a thing or against it, at most: log-odds."""
LIKELY = -1.0
"""Mean log-odds from which on a thing is worth a look from nearer: 27 %."""
NARROW, CLOSE = 0.0625, 0.25
"""Shares of the view's shorter side: below the first a thing is too small to be told of, and who
flies to a wrong one loses the pad out of the picture; from the second on it has to be surely the
pad."""
SURE, DOUBTED = 2.2, 1.6
"""Mean log-odds from which on it is, and below which it is not any more."""
RIVAL = 1.0
"""By how much a thing has to be likelier than another that is sure, or that was told so far."""
QUIET = 2.0
"""Seconds of silence between what was told and another thing that is merely likely: so long an
autopilot flies on to what it was told of, and takes every message for the same pad. It leans to fly
there, the pad leaves the picture, and what comes into it on the other side would turn it back."""
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
"""Shorter sides of the view: from the first on what is believed is followed by the ground's motion
alone, for a finder sees parts of it; up to the second."""
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

    spread: variance of its place, in slopes. odds: mean log-odds of what `looks` frames said.
    close: whether it looks so large that it has to be surely the pad; sure: whether it is.
    """

    now: Sighting
    time: float
    spread: float
    odds: float = 0.0
    looks: int = 0
    hits: deque[bool] = field(default_factory=lambda: deque(maxlen=OF))
    sure: bool = False

    @classmethod
    def begun(cls, sighting: Sighting, time: float) -> Self:
        track = cls(sighting, time, variance(sighting))
        track.weigh(log_odds(sighting.confidence))
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

    def weigh(self, said: float) -> None:
        """Take in what a frame says that shows it."""
        self.hits.append(True)
        self.looks = min(self.looks + 1, MEMORY)
        self.odds += (said - self.odds) / self.looks
        self.sure = self.looks >= NEED and self.odds >= (DOUBTED if self.sure else SURE)

    def is_same(self, later: Self) -> bool:
        """Whether a track that was begun later is of this very thing: on the ground no two things
        lie in one place. It has to be seen as often as what is believed, or it is a mere jump."""
        growth = later.now.width / self.now.width
        aside = math.hypot(later.now.right - self.now.right, later.now.down - self.now.down)
        near = aside < max(later.now.width, self.now.width) / 2
        return near and 1 / GROWTH <= growth <= GROWTH and later.seen >= NEED

    def join(self, later: Self) -> None:
        """Take over what a later track of the same thing knows; each of their frames counts."""
        if later.time > self.time:
            self.now, self.time, self.spread = later.now, later.time, later.spread
            self.hits = later.hits
        both = self.looks + later.looks
        self.odds = (self.looks * self.odds + later.looks * later.odds) / both
        self.looks = min(both, MEMORY)
        self.sure = self.odds >= (DOUBTED if self.sure or later.sure else SURE)


def variance(sighting: Sighting) -> float:
    """Return the variance of where a finder says that a thing is, in slopes."""
    return (LOOSE + BESIDE * sighting.width) ** 2


def log_odds(confidence: float) -> float:
    """Return what a frame says, within `EACH`.

    >>> log_odds(0.5), log_odds(1.0), round(log_odds(0.75), 2)
    (0.0, 4.0, 1.1)
    """
    return min(max(float(logit(confidence)), -EACH), EACH)


class Tracker:
    """Follows all that was found, and says which of it is the pad, or nothing.

    view: slopes from the middle of a frame to its right edge and to its lower one.

    >>> tracker = Tracker()
    >>> pad = Sighting(0.1, -0.2, 0.1, 0.99)
    >>> [tracker.update(k / 15, [pad]) is not None for k in range(7)]
    [False, False, False, False, True, True, True]
    """

    def __init__(self, view: tuple[float, float] = (0.6, 0.6)) -> None:
        self.view, self.time = view, -math.inf
        self.tracks: list[Track] = []
        self.chosen: Track | None = None
        self.told: Track | None = None
        """What was told last, and when."""
        self.told_at = -math.inf

    def update(
        self, time: float, sightings: Sequence[Sighting], motion: np.ndarray | None = None
    ) -> Sighting | None:
        """Take what was found in the frame of a time; return the pad where it is believed and was
        found in this very frame, or fills it and was followed here.

        Each thing that is followed takes the nearest sighting within its gate, the likeliest first;
        what is left begins a track of its own.

        Args:
            time: of the frame, seconds.
            sightings: what was found in it.
            motion: (2, 3), where the slopes of the last frame lie in this one, where that is known.
        """
        left = list(sightings)
        self.tracks.sort(key=lambda track: -track.odds)
        for track in self.tracks:
            track.carry(motion, time - self.time)
            if motion is not None and self._fills(track):
                left = [one for one in left if not track.holds(one)]
                continue
            near = min(left, key=track.distance, default=None)
            if near is None or track.distance(near) > 1:
                track.hits.append(False)
            else:
                left.remove(near)
                track.take(near, time)
        if self.told is not None and not self._follows(self.told):
            # What was given up is carried on, so that it is known again where it comes back.
            self.told.carry(motion, time - self.time)
            self.told.spread = min(self.told.spread, LOST**2)
        self.time = time
        self.tracks += [Track.begun(one, time) for one in left]
        self.tracks = [track for track in self.tracks if self._kept(track)]
        self._unite()
        self._choose()
        if self.chosen is None:
            return None
        seen = self.chosen.time == time or (motion is not None and self._followed(self.chosen))
        another = not (self.chosen.sure or self._was_told(self.chosen))
        if not seen or (another and time - self.told_at < QUIET):
            return None
        self.told, self.told_at = self.chosen, time
        return self.chosen.now

    def _follows(self, track: Track) -> bool:
        return any(one is track for one in self.tracks)

    def _was_told(self, track: Track) -> bool:
        """Whether this is what was told last, or lies where that would be had it not been lost."""
        if self.told is None or self._follows(self.told):
            return track is self.told
        return self.told.distance(track.now) <= 1

    def _unite(self) -> None:
        """Make one of tracks that are of one thing: of two sure ones near by none would be told."""
        kept: list[Track] = []
        for track in sorted(self.tracks, key=lambda track: -track.looks):
            same = next((one for one in kept if one.is_same(track)), None)
            if same is None:
                kept.append(track)
            else:
                same.join(track)
                self.told = same if self.told is track else self.told
        self.tracks = kept

    def _kept(self, track: Track) -> bool:
        if self._followed(track):
            return True
        lost = track.spread > max(LOST, ADRIFT * track.now.width) ** 2
        return not lost and self.time - track.time < (LONGER if self._believed(track) else FORGET)

    def _fills(self, track: Track) -> bool:
        """Whether what is believed fills the frame: what is found there are parts of it."""
        return track.sure and track.now.width > FILLS * 2 * min(self.view)

    def _followed(self, track: Track) -> bool:
        """Whether what fills the frame is followed, and its place still known."""
        near = track.now.width < DEEPEST * 2 * min(self.view)
        return near and self._fills(track) and track.spread < (ADRIFT * track.now.width) ** 2

    def _narrow(self, track: Track) -> bool:
        """Whether a thing looks too small to be told; what was told already may look so again."""
        return track.now.width < NARROW * 2 * min(self.view) and not self._was_told(track)

    def _close(self, track: Track) -> bool:
        return track.now.width > CLOSE * 2 * min(self.view)

    def _believed(self, track: Track) -> bool:
        """Whether a thing is likely enough, for as large as it looks."""
        return track.sure or (track.odds >= LIKELY and not self._close(track))

    def _choose(self) -> None:
        """Keep to the pad for as long as it is sure, and to what is likely until another is clearly
        likelier; from near by take none that has a rival."""
        last, self.chosen = self.chosen, None
        known = [
            track
            for track in self.tracks
            if self._followed(track)
            or (self._believed(track) and track.seen >= NEED and not self._narrow(track))
        ]
        if last is not None and last.sure and last in known:
            self.chosen = last
            return
        if not known:
            return
        best = max(known, key=lambda track: track.odds + RIVAL * (track is last))
        rivals = [one for one in known if one.sure and one.odds > best.odds - RIVAL]
        if not self._close(best) or rivals == [best]:
            self.chosen = best
