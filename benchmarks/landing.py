"""Where a quadcopter comes down: a run of vision, and beside it an observer that sees everything.

    python -m benchmarks.landing [RUN | MODEL.zip] [--flights 200] [--bare 10] [--film worst.mp4]

Every flight begins at --height metres, a few metres astray, in one of four kinds of weather by
turns. The vehicle obeys LANDING_TARGET as ArduPilot documents it, through MAVLink over a socket;
messages come 50 to 250 ms late, frames are dropped, the camera swings. In one flight of --bare
there is no pad, and any landing is a mistake. Both observers fly to a pad of the same size in the
same wind.

The miss is the distance from the pad's middle of every flight with a pad that came down, wherever
it came down; who stayed up is counted apart. The film is of the run's worst flight.
"""

import argparse
import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from vision.flight.command import opened
from vision.flight.film import Film, drawn
from vision.flight.finder import Found
from vision.flight.precland import Parameters
from vision.flight.simulation import (
    BANDS,
    SIZE,
    Conditions,
    Flight,
    Landing,
)
from vision.flight.vehicle import WEATHERS
from vision.flight.view import Observer, View, looking, perfect
from vision.images import write_image
from vision.overlay import contact_sheet
from vision.synthetic.site import SIDE, make_site

ROUGH = 40
"""Pixels of a land that nobody looks at."""
SHEET = 20
"""Frames of the film that its contact sheet shows."""


def fly(
    observer: Observer,
    conditions: Conditions,
    limits: dict[str, float],
    size: int,
    *,
    fine: bool = True,
    film: Film | None = None,
) -> tuple[Landing, list[np.ndarray]]:
    """Fly once; return how it ended and, with a film, the frames that were drawn.

    limits: parameters of the autopilot.
    """
    # Who sees everything needs no picture, and so none is drawn finely for it alone.
    site = make_site(conditions.seed, pad=conditions.pad, side=SIDE if film or fine else ROUGH)
    parameters = Parameters(conditions.delay, **limits)
    flight = Flight(conditions, observer, site=site, parameters=parameters, size=size)
    kept = []
    for shot in flight:
        if film is not None:
            said = "silent" if shot.believed is None else "told"
            words = f"{shot.height:5.1f} m, {shot.aside:.2f} aside, {shot.state.value}, {said}"
            lens = flight.lookout.lens
            kept.append(drawn(shot.view.image, lens, shot.found, shot.believed, words))
            film.show(kept[-1], shot.time)
    assert flight.landing is not None
    return flight.landing, kept


def show(title: str, landings: list[Landing]) -> None:
    """Print how flights of one observer ended: together, by weather, and by height."""
    print(f"\n{title}, {len(landings)} flights")
    with_pad = [one for one in landings if one.conditions.pad]
    row("all with a pad", with_pad)
    for weather in WEATHERS:
        row(weather.name, [one for one in with_pad if one.conditions.weather == weather])
    bare = [one for one in landings if not one.conditions.pad]
    landed = sum(one.outcome != "stayed up" for one in bare)
    print(f"no pad: {len(bare)} flights, {landed} landed{chance(landed, len(bare))}")
    wrong = sum(one.outcome in ("look-alike", "elsewhere") for one in with_pad)
    stray = chance(wrong, len(with_pad))
    print(f"a pad: {len(with_pad)} flights, {wrong} landed beside it{stray}")
    if not with_pad:
        return
    lasts = [one.last for one in with_pad if one.last == one.last]
    firsts = [one.first for one in with_pad if one.first == one.first]
    if lasts:
        first, last = np.median(firsts), np.quantile(lasts, (0.5, 0.95))
        print(
            f"first reported at {first:.1f} m (median), last at {last[0]:.2f} m, 95 % {last[1]:.2f}"
        )
    print("height, m      frames   pad found   something else   reported")
    for low, high in BANDS:
        counts = [one.heights.get(f"{low}-{high}", [0] * 4) for one in with_pad]
        frames, found, wrong, told = np.sum(counts, axis=0)
        if frames:
            shares = [f"{100 * part / frames:8.1f} %" for part in (found, wrong, told)]
            print(f"{f'{low}-{high}':>9} {frames:11}  {'   '.join(shares)}")


def row(name: str, landings: list[Landing]) -> None:
    ends = [one.outcome for one in landings]
    misses = [one.miss for one in landings if one.miss == one.miss]
    shown = "no landing"
    if misses:
        middle, most = np.quantile(misses, (0.5, 0.95))
        shown = f"miss {middle:.2f} m median, {most:.2f} m 95 %, {max(misses):.2f} m worst"
    counts = ", ".join(
        f"{kind} {ends.count(kind)}" for kind in ("pad", "look-alike", "elsewhere", "stayed up")
    )
    tries = sum(one.retries for one in landings)
    print(f"  {name:15} {len(landings):4}: {counts}; {shown}; {tries} retries", flush=True)


def chance(count: int, of: int, z: float = 1.96) -> str:
    """Return within what the true share lies, with 95 % (Wilson's interval).

    >>> chance(0, 40), chance(1, 10), chance(0, 0)
    (' (0.0 to 8.8 %)', ' (1.8 to 40.4 %)', '')
    """
    if not of:
        return ""
    share, by = count / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / by
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / by
    return f" ({100 * max(middle - half, 0):.1f} to {100 * min(middle + half, 1):.1f} %)"


def badness(landing: Landing) -> tuple[bool, float]:
    """Return what orders flights from good to bad."""
    landed = landing.outcome != "stayed up"
    wrong = landed != landing.conditions.pad or landing.outcome in ("look-alike", "elsewhere")
    return wrong, landing.miss if landing.miss == landing.miss else math.inf


def timed(observe: Callable[[View], list[Found]], spent: list[float]) -> Observer:
    def look(view: View) -> list[Found]:
        view.image  # noqa: B018, drawing the land is not the observer's time
        began = time.perf_counter()
        found = observe(view)
        spent.append(time.perf_counter() - began)
        return found

    return look


def fly_once(
    arguments: argparse.Namespace,
    number: int,
    observers: dict[str, Observer],
    landings: dict[str, list[Landing]],
    size: int,
) -> None:
    """Let every observer fly the same flight, and print how it ended."""
    seed, pad = arguments.seed + number, number % arguments.bare != arguments.bare - 1
    conditions = Conditions.draw(seed, pad=pad, height=arguments.height)
    for name, observer in observers.items():
        fine = observer is not perfect
        landings[name].append(fly(observer, conditions, limits_of(arguments), size, fine=fine)[0])
    ends = [f"{one[-1].outcome} {one[-1].miss:.2f}" for one in landings.values()]
    print(f"{seed}: {conditions.weather.name}, {'; '.join(ends)}", flush=True)


def limits_of(arguments: argparse.Namespace) -> dict[str, float]:
    return {
        "plnd_alt_min": arguments.alt_min,
        "plnd_alt_max": arguments.alt_max,
        "plnd_timeout": arguments.timeout,
    }


def film_of(
    path: Path, observer: Observer, worst: Landing, limits: dict[str, float], size: int
) -> None:
    with Film(path) as film:
        _, kept = fly(observer, worst.conditions, limits, size, film=film)
    chosen = [kept[k] for k in np.linspace(0, len(kept) - 1, min(SHEET, len(kept))).astype(int)]
    write_image(path.with_suffix(".png"), contact_sheet(chosen, 5))
    print(f"worst: seed {worst.conditions.seed}, {worst.outcome}, {path} and {path.stem}.png")


def main(words: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", nargs="?", type=Path, help="a run of vision that finds pads")
    parser.add_argument("--flights", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first flight")
    parser.add_argument("--target", help="the run's class to land on (default: pad)")
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--alt-min", type=float, default=0.75, help="PLND_ALT_MIN, metres")
    parser.add_argument("--alt-max", type=float, default=8.0, help="PLND_ALT_MAX, metres")
    parser.add_argument("--timeout", type=float, default=4.0, help="PLND_TIMEOUT, seconds")
    parser.add_argument("--film", type=Path, help="of the worst flight, .mp4; a sheet beside it")
    parser.add_argument("--bare", type=int, default=10, help="one flight of so many has no pad")
    parser.add_argument("--height", type=float, default=60.0, help="where flights begin, metres")
    arguments = parser.parse_args(None if words is None else list(words))
    cv2.setNumThreads(1)
    observers: dict[str, Observer] = {"perfect observer": perfect}
    spent: list[float] = []
    size = SIZE
    if arguments.run is not None:
        told = {"target": arguments.target, "threshold": arguments.threshold}
        finder, size = opened(arguments.run, **told)
        observers[str(arguments.run)] = timed(looking(finder), spent)
    landings: dict[str, list[Landing]] = {name: [] for name in observers}
    try:
        for number in range(arguments.flights):
            fly_once(arguments, number, observers, landings, size)
    except KeyboardInterrupt:
        print("ended by Ctrl+C; the figures are of the flights so far")
    for name, ended in landings.items():
        show(name, ended)
    if spent:
        middle, most = 1000 * np.quantile(spent, (0.5, 0.95))
        print(f"\nfrom a picture to what is found in it: {middle:.1f} ms, 95 % {most:.1f} ms")
    if arguments.film is not None:
        name = list(observers)[-1]
        worst = max(landings[name], key=badness)
        film_of(arguments.film, observers[name], worst, limits_of(arguments), size)


if __name__ == "__main__":
    main()
