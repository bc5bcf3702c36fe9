"""The demo's film: one more flight, over land that is in no part of the data."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from common.pipeline import Pipeline
from common.report.section import Section
from vision import plots, video
from vision.images import write_image
from vision.overlay import contact_sheet
from vision.predict import draw_predictions
from vision.synthetic import film

SECONDS, RATE, SEED = 12.0, 10.0, 80
ROWS, COLUMNS = 3, 4
"""Of the contact sheet, which shows every so many frames of the film."""


def write_flight(folder: Path, pipeline: Pipeline) -> Section:
    """Write `flight.mp4`, with what the network found drawn over it, and a sheet of its frames.

    Args:
        folder: where to; it exists.
        pipeline: a trained network.

    Returns:
        The sheet, for the report.
    """
    frames = film(SECONDS, RATE, pipeline.settings.size, seed=SEED)
    drawn = draw_predictions(pipeline, (image for image, _ in frames))
    every = int(SECONDS * RATE) // (ROWS * COLUMNS)
    kept: list[np.ndarray] = []

    def watched() -> Iterator[np.ndarray]:
        for number, frame in enumerate(drawn):
            if number % every == 0 and len(kept) < ROWS * COLUMNS:
                kept.append(frame)
            yield frame

    video.write(folder / "flight.mp4", watched(), RATE)
    sheet = contact_sheet(kept, COLUMNS)
    write_image(folder / "flight.png", sheet)
    return plots.flight(sheet, pipeline.settings.loss, SECONDS)
