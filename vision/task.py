"""Binds the rooms of the vision domain into the Task that common works with."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from common.errors import UserError
from common.loss_registry import LossRegistry
from common.task import Outcome, Picture, Pipeline, Task
from vision import plots, video
from vision.data import Pictures, fingerprint, load
from vision.images import write_image
from vision.loss import Dice, FocalTversky, Tversky
from vision.metrics import METRICS, Answer, PixelIoU, examine, figures
from vision.model import UNet
from vision.overlay import sheet
from vision.pixel_loss import Boundary, CrossEntropy, Focal
from vision.predict import Found, answers, draw_over, found_in, predict_any
from vision.preprocessing import PicturePreprocessing
from vision.settings import PictureSource, PredictOptions, VisionSettings
from vision.synthetic import film

FILM_SECONDS, FILM_RATE, FILM_SEED, SHEET = 12.0, 10.0, 80, (3, 4)
KEPT = 400
"""Predicted masks that are kept, to be drawn: those of the first pictures examined."""


@dataclass(frozen=True)
class Artifacts:
    """What pictures are drawn from: the answer to each picture, and the first predicted masks."""

    answers: list[Answer] = field(default_factory=list)
    masks: list[np.ndarray] = field(default_factory=list)


class VisionTask(Task):
    name = "vision"
    title = "Where is the landing pad?"
    about = (
        "A quadcopter looks down for its landing pad, which is half a per cent of what it sees. "
        "The same network learns with several losses. The standard one, cross-entropy, counts "
        "pixels, and is 99 % right where it says “nothing there”; the overlap losses count what "
        "share of the pad was found."
    )
    metrics = METRICS
    source = PictureSource
    settings = VisionSettings
    preprocessing = PicturePreprocessing
    predict_options = PredictOptions
    losses = LossRegistry(
        {
            "cross_entropy": lambda settings, _: CrossEntropy(),
            "focal": lambda settings, _: Focal(gamma=settings.gamma),
            "boundary": lambda settings, _: Boundary(extra=settings.extra),
            "dice": lambda settings, _: Dice(),
            "tversky": lambda settings, _: Tversky(alpha=settings.alpha, beta=settings.beta),
            "focal_tversky": lambda settings, _: FocalTversky(
                alpha=settings.alpha, beta=settings.beta, power=settings.power
            ),
        }
    )
    curves: Mapping[str, Any] = {"iou": PixelIoU()}

    def load(self, source: PictureSource) -> Pictures:
        return load(source)

    def fingerprint(self, examples: Pictures) -> str:
        return fingerprint(examples)

    def prepare(self, source: PictureSource, settings: VisionSettings) -> PicturePreprocessing:
        return PicturePreprocessing(
            size=settings.size, augmented=settings.augment, seed=settings.seed
        )

    def model(self, preprocessing: PicturePreprocessing, settings: VisionSettings) -> nn.Module:
        return UNet(
            preprocessing.channels,
            mean=torch.from_numpy(preprocessing.mean),
            std=torch.from_numpy(preprocessing.std),
            width=settings.width,
            depth=settings.depth,
            activation=settings.activation,
            norm=settings.norm,
            own_contrast=settings.own_contrast,
        )

    def evaluate(
        self, pipeline: Pipeline, examples: Pictures
    ) -> tuple[dict[str, float], Artifacts]:
        """Examine every picture at its own size, not at the network's."""
        images = (examples.image(row) for row in range(len(examples)))
        found = (mask for _, mask in answers(pipeline, images))
        return _examined(found, examples, pipeline.settings)

    def baselines(
        self,
        train: Pictures,
        test: Pictures,
        settings: VisionSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        """A threshold on brightness, where there is one thing to find; and a blind man's answer."""
        ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
        if len(train.classes) == 2:
            ways["Otsu's threshold"] = Otsu(train)
        ways["nothing there"] = lambda image: np.zeros(image.shape[:2], np.uint8)
        found = []
        for name, way in ways.items():
            masks = (way(test.image(row)) for row in range(len(test)))
            found.append(Outcome(name, _examined(masks, test, settings)[0]))
        return found

    def plots(self, train: Pictures, test: Pictures, outcomes: Sequence[Outcome]) -> list[Picture]:
        trained = [outcome for outcome in outcomes if isinstance(outcome.artifacts, Artifacts)]
        return plots.draw(train, test, trained)

    def extras(
        self, folder: Path, pipelines: Mapping[str, Pipeline], test: Pictures
    ) -> list[Picture]:
        """Fly once more, over land that nobody has seen, where pads are what was learned."""
        pipeline = list(pipelines.values())[-1]
        if pipeline.source != PictureSource():
            return []
        frames = film(FILM_SECONDS, FILM_RATE, pipeline.settings.size, seed=FILM_SEED)
        drawn = draw_over(pipeline, (image for image, _ in frames))
        rows, columns = SHEET
        every = int(FILM_SECONDS * FILM_RATE) // (rows * columns)
        kept: list[np.ndarray] = []

        def watched() -> Any:
            for number, frame in enumerate(drawn):
                if number % every == 0 and len(kept) < rows * columns:
                    kept.append(frame)
                yield frame

        video.write(folder / "flight.mp4", watched(), FILM_RATE)
        contact = sheet(kept, columns)
        write_image(folder / "flight.png", contact)
        return [plots.flight(contact, pipeline.settings.loss, FILM_SECONDS)]

    def examples_like(self, pipeline: Pipeline, source: PictureSource) -> Pictures:
        """Read pictures with masks whose classes the network knows."""
        examples = load(source)
        learned = pipeline.preprocessing.classes
        if len(examples.classes) > len(learned):
            raise UserError(
                f"{source.masks}: masks hold {len(examples.classes) - 1} classes, the network "
                f"learned {len(learned) - 1}: {', '.join(learned[1:])}"
            )
        return examples

    def answer(self, pipeline: Pipeline, data: Any) -> Found | Iterator[Found]:
        """Return what is found in a picture: a file, or uint8 RGB (height, width, 3).

        For several pictures it is an iterator, which takes a few at a time, so that they may be
        as many as you like.
        """
        if isinstance(data, Iterable) and not isinstance(data, str | Path | np.ndarray):
            return found_in(pipeline, data)
        return next(found_in(pipeline, [data]))

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Any) -> str:
        return predict_any(pipeline, source, out, options)


class Otsu:
    """Otsu's threshold: the brightness that parts a picture's pixels into two heaps, each as much
    alike as can be. Whether the thing is the bright heap or the dark one, training has told.

    Source: Otsu, "A threshold selection method from gray-level histograms" (1979).
    """

    def __init__(self, train: Pictures) -> None:
        votes = 0
        for row in itertools.islice(range(len(train)), KEPT):
            grey, mask = _grey(train.image(row)), train.mask(row)
            inside, outside = grey[mask == 1], grey[mask == 0]
            if len(inside) and len(outside):
                votes += 1 if inside.mean() > outside.mean() else -1
        self.bright = votes >= 0

    def __call__(self, image: np.ndarray) -> np.ndarray:
        way = cv2.THRESH_BINARY if self.bright else cv2.THRESH_BINARY_INV
        return cv2.threshold(_grey(image), 0, 1, way | cv2.THRESH_OTSU)[1]


def _grey(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def _examined(
    masks: Any, examples: Pictures, settings: VisionSettings
) -> tuple[dict[str, float], Artifacts]:
    artifacts = Artifacts()
    for row, mask in enumerate(masks):
        artifacts.answers.append(examine(mask, examples.mask(row)))
        if row < KEPT:
            artifacts.masks.append(mask)
    prices = {"miss_price": settings.miss_price, "false_price": settings.false_price}
    return figures(artifacts.answers, **prices), artifacts


TASK = VisionTask()
