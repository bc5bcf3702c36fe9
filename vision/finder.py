"""The commands' work in Python: learn from folders, keep the finder, let it find."""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from common.errors import UserError
from common.runs import experiment, store
from common.task import Pipeline
from common.training.history import History
from vision.connected_components import Thing, objects
from vision.images import open_image
from vision.metrics import SPECK
from vision.predict import answers
from vision.settings import PictureSource, VisionSettings
from vision.task import TASK


@dataclasses.dataclass(frozen=True)
class Finder:
    """A trained network with its preparation.

    metrics: the figures on the test part (see `vision.metrics`); None for a finder that was
    loaded. history: the training, epoch by epoch. notes: how the pictures were read.
    """

    pipeline: Pipeline
    metrics: dict[str, float] | None = None
    history: History | None = None
    notes: tuple[str, ...] = ()

    def masks(self, pictures: Iterable[str | Path | np.ndarray]) -> Iterator[np.ndarray]:
        """Yield class ids (height, width) uint8 for pictures: files, or RGB (height, width, 3).

        Pictures are taken a few at a time, so they may be as many as you like.
        """
        for _, mask in answers(self.pipeline, map(_opened, pictures)):
            yield mask

    def mask(self, picture: str | Path | np.ndarray) -> np.ndarray:
        """Return the class ids of one picture, (height, width) uint8, 0 being the background."""
        return next(self.masks([picture]))

    def find(self, picture: str | Path | np.ndarray) -> list[Thing]:
        """Return the objects of one picture: class id, centre (x, y), area in pixels."""
        return objects(self.mask(picture), smallest=SPECK)[0]

    def evaluate(self, images: str | Path, masks: str | Path) -> dict[str, float]:
        """Return the figures on folders of pictures and masks."""
        source = PictureSource(images=str(images), masks=str(masks))
        return TASK.evaluate(self.pipeline, TASK.examples_like(self.pipeline, source))[0]


def _opened(picture: str | Path | np.ndarray) -> np.ndarray:
    if isinstance(picture, (str, Path)):
        return open_image(picture)
    if (
        not isinstance(picture, np.ndarray)
        or picture.dtype != np.uint8
        or picture.ndim != 3
        or picture.shape[2] != 3
        or 0 in picture.shape
    ):
        shown = f"{picture.dtype} {picture.shape}" if hasattr(picture, "shape") else type(picture)
        raise UserError(f"a picture is {shown}, expected a file's path or uint8 (height, width, 3)")
    return picture


def fit(
    images: str | Path,
    masks: str | Path,
    *,
    broken: str | None = None,
    out: str | Path | None = None,
    progress: bool = True,
    settings: VisionSettings | None = None,
    loss: str | None = None,
    depth: int | None = None,
    width: int | None = None,
    activation: str | None = None,
    batch_size: int | None = None,
    lr: float | None = None,
    epochs: int | None = None,
    shares: str | None = None,
    seed: int | None = None,
    device: str | None = None,
    minutes: float | None = None,
) -> Finder:
    """Learn what the masks mark in the pictures of the same names.

    broken: "refuse" or "skip" files that cannot be read. out: a folder to write the run into,
    with its report; nothing is written without. The rest are the settings that the course speaks
    of; what is not given comes from `settings`, which has all the others too.

    Raises UserError, with one clear line, for folders that cannot be learned from.
    """
    given = {
        "loss": loss,
        "depth": depth,
        "width": width,
        "activation": activation,
        "batch_size": batch_size,
        "lr": lr,
        "epochs": epochs,
        "shares": shares,
        "seed": seed,
        "device": device,
        "minutes": minutes,
    }
    chosen = (settings or VisionSettings()).changed(given)
    source = PictureSource(images=str(images), masks=str(masks), broken=broken or "refuse")
    result = experiment.train(
        TASK, source, chosen, None if out is None else Path(out), progress=progress
    )
    outcome = result.outcomes[0]
    notes = tuple(result.prepared.notes)
    return Finder(result.pipelines[chosen.loss], outcome.metrics, outcome.history, notes)


def load(folder: str | Path, *, device: str = "auto") -> Finder:
    """Load the finder of a run. Nothing in the folder is executed."""
    return Finder(store.load(folder, TASK, device=device))
