"""The loop, closed: a rendered land, a camera, an observer, MAVLink, and a vehicle that obeys.

Time is the simulation's own, so that a flight of a minute takes as long as its frames, and the same
seed gives the same flight. The messages are real ones: they go through a socket of this machine,
unless a flight is told to hand them over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vision.flight.finder import Found
from vision.flight.in_process import InProcess
from vision.flight.link import Link
from vision.flight.perception import Lookout
from vision.flight.precland import Ear, Parameters, PrecisionLanding, State
from vision.flight.tracker import Sighting
from vision.flight.vehicle import WEATHERS, Air, Vehicle, Weather
from vision.flight.view import Observer, View, lens_of, motion, on_pad
from vision.synthetic.site import Site, make_site

STEP, EVERY = 1 / 60, 4
"""Seconds of a step; a frame is taken every so many steps, fifteen in a second."""
HIGHEST = 60.0
ASTRAY = 9.0
"""Metres aside, at most, where a flight begins: as far as satellites lead astray."""
IN_SIGHT = 0.35
"""Metres aside for each metre of height, at most: the pad is in the picture."""
DELAYS = (0.05, 0.25)
"""Seconds from a picture to its message; of one flight it varies by a fifth."""
DROPPED = 0.15
"""Share of frames that are lost, at most."""
TOUCH = 0.05
"""Metres above ground at which a vehicle stands."""
LONGEST, HELD = 150.0, 12.0
"""Seconds after which a flight that has not landed, or has stayed where it is, counts as one that
will not land."""
SIZE = 256


@dataclass(frozen=True)
class Conditions:
    """What a flight meets, drawn from its seed.

    delay: seconds from a picture to its message. dropped: share of lost frames. start: metres
    (north, east) from the pad. yaw: radians.
    """

    seed: int
    weather: Weather
    pad: bool
    height: float
    delay: float
    dropped: float
    start: np.ndarray
    yaw: float

    @classmethod
    def draw(
        cls, seed: int, *, weather: Weather | None = None, pad: bool = True, height: float = HIGHEST
    ) -> "Conditions":
        """Draw the conditions of a flight; the weather comes by turns where none is named."""
        rng = np.random.default_rng([seed, 1])
        most = min(ASTRAY, IN_SIGHT * height)
        away, bearing = most * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        start = away * np.array([np.cos(bearing), np.sin(bearing)])
        delay, dropped = float(rng.uniform(*DELAYS)), float(rng.uniform(0, DROPPED))
        yaw = float(rng.uniform(0, 2 * np.pi))
        weather = weather or WEATHERS[seed % len(WEATHERS)]
        return cls(seed, weather, pad, height, delay, dropped, start, yaw)


@dataclass(frozen=True)
class Shot:
    """A moment of a flight with a frame: what was found in it, which of it was believed, and where
    the vehicle was."""

    time: float
    view: View
    found: list[Found]
    believed: Sighting | None
    height: float
    aside: float
    state: State


OUTCOMES = {
    "pad": "landed on the pad",
    "look-alike": "landed on a look-alike",
    "elsewhere": "landed beside the pad",
    "stayed up": "did not land",
}
"""How a flight may end, and the same in words."""


@dataclass
class Landing:
    """How a flight ended.

    outcome: one of `OUTCOMES`. miss: metres from the pad's middle, nan where there was no landing
    or no pad. seconds: of the flight. retries: of the autopilot. first: height at which the pad was
    first reported; last: the lowest one at which it was, nan where it never was. messages: sent.
    """

    conditions: Conditions
    outcome: str
    miss: float
    seconds: float
    retries: int
    first: float
    last: float
    messages: int
    heights: dict[str, list[int]] = field(default_factory=dict)
    """For each band of height: frames, those in which the pad was likely, those with something
    else that was, and those that were reported."""


BANDS = ((40, 60), (20, 40), (10, 20), (5, 10), (2, 5), (1, 2), (0.3, 1), (0, 0.3))
"""Metres above ground that figures are kept apart for."""


def band(height: float) -> str:
    """Return the name of a height's band.

    >>> band(7.0), band(0.5)
    ('5-10', '0.3-1')
    """
    low, high = next((b for b in BANDS if b[0] <= height), BANDS[-1])
    return f"{low}-{high}"


class Flight:
    """One simulated landing.

    Args:
        conditions: what it meets.
        observer: who looks at the pictures.
        site: the land, where it was drawn already.
        parameters: of the autopilot; by default its lag is the flight's delay, as it would be
            measured and set.
        also: another link that is told all that the autopilot is told.
        every: steps from one frame to the next.
        by_mavlink: whether messages go by MAVLink; else they are handed over as they are.
    """

    def __init__(
        self,
        conditions: Conditions,
        observer: Observer,
        *,
        site: Site | None = None,
        parameters: Parameters | None = None,
        size: int = SIZE,
        autopilot: str = "ardupilot",
        also: Link | None = None,
        every: int = EVERY,
        by_mavlink: bool = True,
    ) -> None:
        self.conditions, self.observer, self.size, self.also = conditions, observer, size, also
        self.every, self.by_mavlink = every, by_mavlink
        self.site = make_site(conditions.seed, pad=conditions.pad) if site is None else site
        self.parameters = parameters or Parameters(plnd_lag=conditions.delay)
        self.lookout = Lookout(lens_of(size), autopilot)
        self.landing: Landing | None = None
        self.kinds: dict[str, int] = {}
        """How many messages of each kind the autopilot heard."""

    def __iter__(self) -> Iterator[Shot]:
        """Fly; yield every frame that is not lost, and leave `landing` at the end."""
        if not self.by_mavlink:
            line = InProcess()
            yield from self._fly(line, line)
            return
        ear = Ear()
        try:
            with Link(ear.address) as link:
                yield from self._fly(ear, link)
        finally:
            self.kinds = dict(ear.kinds)
            ear.close()

    def _fly(self, ear: Ear | InProcess, link: Link | InProcess) -> Iterator[Shot]:
        own = self.conditions
        rng = np.random.default_rng([own.seed, 2])
        air, sensor = Air.draw(own.weather, rng), own.weather.sensor(rng, self.size)
        vehicle = Vehicle(own.start.copy(), own.height, own.yaw)
        law = PrecisionLanding(self.parameters, STEP, own.start)
        waiting: list[tuple[float, dict[str, Any]]] = []
        heights: dict[str, list[int]] = {}
        first = last = float("nan")
        before: View | None = None
        moved = 0.0
        for step in range(round(LONGEST / STEP)):
            time = step * STEP
            for one in (link, self.also):
                if one is not None:
                    one.tend(time)
            if step % self.every == 0 and rng.random() >= own.dropped:
                pose = vehicle.camera(air.swing(time))
                about = self.lookout.about
                view = View(self.site, pose, sensor, self.size, (own.seed, step), about)
                found = self.observer(view)
                # Where nobody looked at the picture, none is drawn for the ground's motion alone.
                image = view.image if view.drawn else None
                known = None if image is not None or before is None else motion(before, view)
                believed, before = self.lookout.judge(time, found, image, known), view
                if believed is not None:
                    first = vehicle.height if first != first else first
                    last = vehicle.height if last != last else min(last, vehicle.height)
                    late = own.delay * rng.uniform(0.8, 1.2)
                    target = self.lookout.say(believed, time, link.vehicle)
                    if target is not None:
                        waiting.append((time + late, target))
                _count(heights, vehicle.height, view, found, believed)
                aside = float(np.linalg.norm(vehicle.place))
                yield Shot(time, view, found, believed, vehicle.height, aside, law.state)
            for said in _due(waiting, time):
                link.send(said)
                if self.also is not None:
                    self.also.send(said)
                for message in ear.hear(wait=1.0):
                    law.take(message, vehicle.height, time)
            wanted, climb = law.steer(vehicle, time)
            vehicle.step(wanted, climb, air.wind(STEP), STEP)
            moved = moved if law.state is State.HOLD else time
            if vehicle.height <= TOUCH or time - moved > HELD:
                break
        down = vehicle.height <= TOUCH
        outcome = self._outcome(vehicle.place) if down else "stayed up"
        miss = float(np.linalg.norm(vehicle.place)) if down and own.pad else float("nan")
        self.landing = Landing(
            *(own, outcome, miss, time, law.retries, first, last, link.sent, heights)
        )

    def _outcome(self, place: np.ndarray) -> str:
        spot = np.array([place[1], -place[0]])  # x to the east, y to the south
        if self.conditions.pad and float(np.linalg.norm(spot)) <= self.site.across / 2:
            return "pad"
        others = self.site.lookalikes
        if len(others):
            away = np.hypot(*(others[:, :2] - spot).T)
            if (away <= others[:, 2] / 2).any():
                return "look-alike"
        return "elsewhere"


def _due(waiting: list[tuple[float, dict[str, Any]]], time: float) -> list[dict[str, Any]]:
    """Take out what is due, and return it."""
    due = [one for one in waiting if one[0] <= time]
    waiting[:] = [one for one in waiting if one[0] > time]
    return [said for _, said in due]


def _count(
    heights: dict[str, list[int]],
    height: float,
    view: View,
    found: list[Found],
    believed: Sighting | None,
) -> None:
    row = heights.setdefault(band(height), [0, 0, 0, 0])
    found = [one for one in found if one.likely]
    hits = [one for one in found if on_pad(one, view)]
    row[0] += 1
    row[1] += bool(hits)
    row[2] += len(found) > len(hits)
    row[3] += believed is not None
