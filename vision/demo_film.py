"""The demo's film: a landing by its own network, over land that is in no part of the data."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from common.pipeline import Pipeline
from common.report.section import Section
from vision import plots
from vision.flight.film import Film, drawn
from vision.flight.finder import network
from vision.flight.precland import Parameters
from vision.flight.simulation import OUTCOMES, Conditions, Flight, Shot
from vision.flight.vehicle import WEATHERS
from vision.flight.view import looking
from vision.images import write_image
from vision.overlay import contact_sheet

SEED, HEIGHT, DELAY = 80, 12.0, 0.1
"""Of the land and of the flight: metres where it begins, and seconds from a picture to its
message."""
EVERY = 15
"""Steps from one frame to the next: four frames a second, for each takes its time."""
LONGEST, FASTER = 45.0, 2.5
"""Seconds that are flown at most; and how many times faster the film shows them."""
ROWS, COLUMNS = 3, 4
"""Of the contact sheet, which shows every so many frames of the film."""


def write_flight(folder: Path, pipeline: Pipeline) -> Section:
    """Write `flight.mp4`, a landing as `python -m vision fly` flies it, and a sheet of its frames.

    Args:
        folder: where to; it exists.
        pipeline: a network trained on the course's flights.

    Returns:
        The sheet, for the report.
    """
    prepared = pipeline.preprocessing
    # Where all that was marked in the validation part was right, what the network says counts.
    decision = replace(prepared.decision, odds=prepared.decision.odds or (1.0, 0.0))
    finder = network(replace(pipeline, preprocessing=prepared.deciding(decision)))
    flight = Flight(
        replace(Conditions.draw(SEED, weather=WEATHERS[0], height=HEIGHT), delay=DELAY, dropped=0),
        looking(finder),
        parameters=Parameters(DELAY, plnd_alt_max=HEIGHT, plnd_timeout=1.0),
        size=prepared.size,
        every=EVERY,
        by_mavlink=False,
    )
    shots: list[Shot] = []
    with Film(folder / "flight.mp4") as film:
        for shot in flight:
            film.show(_frame(flight, shot), shot.time / FASTER)
            shots.append(shot)
            if shot.time >= LONGEST:
                break
    count = ROWS * COLUMNS
    chosen = [shots[k * (len(shots) - 1) // (count - 1)] for k in range(count)]
    sheet = contact_sheet([_frame(flight, shot) for shot in chosen], COLUMNS)
    write_image(folder / "flight.png", sheet)
    outcome = "stayed up" if flight.landing is None else flight.landing.outcome
    return plots.flight(sheet, pipeline.settings.loss, HEIGHT, OUTCOMES[outcome])


def _frame(flight: Flight, shot: Shot) -> np.ndarray:
    said = "silent" if shot.believed is None else "told"
    words = f"{shot.height:4.1f} m high, {shot.aside:.1f} m aside, {said}"
    return drawn(shot.view.image, flight.lookout.lens, shot.found, shot.believed, words)
