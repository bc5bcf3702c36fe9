"""`python -m vision fly RUN`: from a camera to an autopilot, or a whole landing in a simulation.

It never arms and never changes a mode: a pilot, or the autopilot's own mission, decides to land.
"""

import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from common.errors import UserError
from common.i18n import count_of
from common.runs import store
from vision.flight.exported import exported, is_exported
from vision.flight.film import Film, drawn
from vision.flight.finder import Finder, Found, network
from vision.flight.lens import Lens
from vision.flight.link import Link
from vision.flight.log import Log
from vision.flight.messages import Vehicle
from vision.flight.options import FlyOptions
from vision.flight.perception import Lookout
from vision.flight.simulation import OUTCOMES, Conditions, Flight
from vision.flight.sources import Frame, Source
from vision.flight.tracker import Sighting
from vision.flight.view import looking
from vision.task import TASK

Say = Callable[[str], None]

WAIT = 0.2
"""Seconds that are waited for a frame before heartbeats and notes get their turn."""
STALLED = 2.0
"""Seconds without a frame after which it is said."""
FEWEST = 10.0
"""Messages in a second that a landing wants."""
LAGS = (0.02, 0.25)
"""What ArduPilot's PLND_LAG may be, seconds."""


def fly(folder: Path, options: FlyOptions, *, device: str | None, say: Say) -> dict[str, Any]:
    """Look for the pad until the frames end, the time is over or somebody presses Ctrl+C.

    Returns:
        What was reached, for machines.

    Raises:
        UserError: the run finds no pads, or the camera, the address or a file is wrong.
    """
    calibration = None if options.calibration is None else Lens.from_file(options.calibration)
    with ExitStack() as open_things:
        log = open_things.enter_context(Log(options.log))
        film = open_things.enter_context(Film(options.film))
        target, threshold = options.target, options.threshold
        finder, size = opened(folder, target=target, threshold=threshold, device=device)
        # The first answer takes longer than those that follow: no frame is to wait for it.
        finder(np.zeros((64, 64, 3), np.uint8))
        link = None
        if options.address is not None:
            link = open_things.enter_context(Link(options.address))
        if options.simulated is not None:
            return _simulated(options, finder, size, link, log, film, say)
        source = open_things.enter_context(Source(str(options.camera)))
        watch = _Watch(options, calibration, finder, link, log, film, say)
        return watch.keep(source)


def opened(
    place: Path,
    *,
    target: str | None = None,
    threshold: float | None = None,
    device: str | None = "cpu",
) -> tuple[Finder, int]:
    """Return a run, or what was exported of it, as what finds pads; and the side of its frames."""
    if is_exported(place):
        return exported(place, target=target, threshold=threshold)
    pipeline = store.load(place, TASK, device=device)
    finder = network(pipeline, target=target, threshold=threshold)
    return finder, pipeline.preprocessing.size


class _Watch:
    """Goes from frame to frame of a source that is outside."""

    def __init__(
        self,
        options: FlyOptions,
        calibration: Lens | None,
        finder: Finder,
        link: Link | None,
        log: Log,
        film: Film,
        say: Say,
    ) -> None:
        self.options, self.calibration, self.finder = options, calibration, finder
        self.link, self.log, self.film, self.say = link, log, film, say
        self.lookout: Lookout | None = None
        self.size: tuple[int, int] | None = None
        self.frames = self.believed = self.told = 0
        self.late: list[float] = []

    def keep(self, source: Source) -> dict[str, Any]:
        began = last = time.monotonic()
        stalled = False
        try:
            while not self._enough(time.monotonic() - began):
                over = source.over  # what came before the end is still to be looked at
                frame = source.newest(WAIT)
                now = time.monotonic()
                for note in source.notes():
                    self.say(note)
                self._tend(now)
                if frame is not None:
                    last, stalled = now, False
                    self._look(frame)
                    time.sleep(max(0.0, now + 1 / self.options.rate - time.monotonic()))
                elif over:
                    break
                elif not stalled and now - last > STALLED and not source.over:
                    stalled = True
                    self.say(f"{source.name}: no frame in {STALLED:.0f} seconds; nothing is said")
        except KeyboardInterrupt:
            self.say("ended by Ctrl+C")
        for note in source.notes():
            self.say(note)
        if source.over:
            self.say(f"{source.name}: is over")
        return self._sum_up(time.monotonic() - began)

    def _enough(self, seconds: float) -> bool:
        return self.options.seconds is not None and seconds >= self.options.seconds

    def _tend(self, now: float) -> None:
        if self.link is not None and (note := self.link.tend(now)):
            self.say(note)

    def _fit(self, size: tuple[int, int]) -> None:
        """Take up frames of a size; the first ones, or those after a change."""
        height, width = size
        if self.size is not None:
            tall, wide = self.size
            self.say(f"frames are {width}x{height} pixels now, they were {wide}x{tall}")
        try:
            if self.calibration is None:
                lens = Lens.of_view(self.options.fov, size)
            else:
                lens = self.calibration.fitted(size)
        except UserError as error:
            if self.size is None:
                raise
            self.say(f"{error}; nothing is said")  # in flight, silence is better than an end
            self.lookout, self.size = None, size
            return
        self.lookout, self.size = Lookout(lens, self.options.autopilot), size

    def _look(self, frame: Frame) -> None:
        size = (frame.image.shape[0], frame.image.shape[1])
        if size != self.size:
            self._fit(size)
        if self.lookout is None:
            return
        found = self.finder(frame.image, self.lookout.about)
        believed = self.lookout.judge(frame.time, found, frame.image)
        target = None
        if believed is not None:
            vehicle = Vehicle() if self.link is None else self.link.vehicle
            target = self.lookout.say(believed, frame.time, vehicle)
            if target is not None and self.link is not None:
                self.link.send(target)
        late = time.monotonic() - frame.time
        self.frames += 1
        self.believed += believed is not None
        self.told += target is not None
        self.late.append(late)
        self.log.write(
            time=frame.time, found=[list(one) for one in found], target=target, latency=late
        )
        if self.film.path is not None:
            words = f"{1000 * late:.0f} ms  {_direction(believed)}"
            self.film.show(
                drawn(frame.image, self.lookout.lens, found, believed, words), frame.time
            )

    def _sum_up(self, seconds: float) -> dict[str, Any]:
        sent = 0 if self.link is None else self.link.sent
        result: dict[str, Any] = {"frames": self.frames, "seconds": seconds, "sent": sent}
        result["reported"] = self.believed
        self.say(
            f"{count_of(self.frames, 'frame')} in {seconds:.1f} s; the pad was reported in "
            f"{self.believed}"
        )
        if self.options.autopilot == "px4" and self.told < self.believed:
            self.say(
                "PX4 wants a position: no ATTITUDE and LOCAL_POSITION_NED were heard in "
                f"{count_of(self.believed - self.told, 'frame')}, and nothing was sent then"
            )
        if self.late:
            result |= _lag(self.late, self.say)
            pace = self.frames / seconds
            if pace < FEWEST:
                self.say(f"{pace:.1f} frames a second: a landing wants {FEWEST:.0f} or more")
        return result


def _direction(believed: Sighting | None) -> str:
    if believed is None:
        return "silent"
    right, down = (math.degrees(math.atan(slope)) for slope in believed[:2])
    return f"LANDING_TARGET x {right:+.1f} y {down:+.1f}"


def _lag(late: list[float], say: Say) -> dict[str, float]:
    """Say how late messages are, and what the autopilot ought to be told of it."""
    middle, most = (float(np.quantile(late, share)) for share in (0.5, 0.95))
    lag = min(max(middle, LAGS[0]), LAGS[1])
    say(
        f"from a picture to its message: {1000 * middle:.0f} ms (median), {1000 * most:.0f} ms "
        f"(95 %); set PLND_LAG to {lag:.2f}, and more where the camera itself is late"
    )
    if middle > LAGS[1]:
        say(f"that is later than ArduPilot can make good, {LAGS[1]} s: take a smaller network")
    return {"latency": middle, "latency_95": most, "plnd_lag": round(lag, 3)}


def _simulated(
    options: FlyOptions,
    finder: Finder,
    size: int,
    link: Link | None,
    log: Log,
    film: Film,
    say: Say,
) -> dict[str, Any]:
    """Fly a whole landing; time is the simulation's own."""
    conditions = Conditions.draw(int(options.simulated or 0))
    spent: list[float] = []

    def timed(image: np.ndarray, about: float | None = None) -> list[Found]:
        began = time.perf_counter()
        found = finder(image, about)
        spent.append(time.perf_counter() - began)
        return found

    flight = Flight(conditions, looking(timed), size=size, autopilot=options.autopilot, also=link)
    weather, metres = conditions.weather.name, conditions.height
    say(
        f"a simulated landing from {metres:.0f} m, {weather}, messages "
        f"{1000 * conditions.delay:.0f} ms late"
    )
    for shot in flight:
        log.write(
            time=shot.time,
            found=[list(one) for one in shot.found],
            target=None if shot.believed is None else list(shot.believed),
            height=shot.height,
            aside=shot.aside,
            state=shot.state.value,
        )
        if film.path is not None:
            words = f"{shot.height:5.1f} m  {shot.aside:.2f} m aside  {_direction(shot.believed)}"
            image = drawn(shot.view.image, flight.lookout.lens, shot.found, shot.believed, words)
            film.show(image, shot.time)
        if options.seconds is not None and shot.time >= options.seconds:
            break
    landing = flight.landing
    if landing is None:
        return {"outcome": "unfinished"}
    aside = "" if math.isnan(landing.miss) else f", {landing.miss:.2f} m from the pad's middle"
    say(OUTCOMES[landing.outcome])
    say(f"after {landing.seconds:.0f} s{aside}")
    result = {
        "outcome": landing.outcome,
        "miss": None if math.isnan(landing.miss) else landing.miss,
        "seconds": landing.seconds,
        "retries": landing.retries,
        "messages": landing.messages,
    }
    if spent:
        result["milliseconds"] = 1000 * float(np.median(spent))
        say(f"the network takes {result['milliseconds']:.0f} ms for a frame")
    return result
