"""Binds the rooms of the vision domain into the Task that common works with."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from common.errors import UserError
from common.loss_registry import LossRegistry
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.report.section import Section
from common.runs.trained_on import hashes_of
from common.task import Task
from vision import baselines, plots
from vision.crops import side_for
from vision.data import Pictures, fingerprint, load
from vision.decision_search import cheapest
from vision.demo_film import write_flight
from vision.loss import (
    BoundaryWeightedLoss,
    CrossEntropyLoss,
    DiceLoss,
    FocalLoss,
    FocalTverskyLoss,
    TverskyLoss,
)
from vision.metrics import METRICS, Artifacts, evaluate_masks
from vision.model import OwnContrast, UNet
from vision.pixel_metrics import PixelAveragePrecision, PixelIoU
from vision.portfolio import PORTFOLIO
from vision.predict import Found, found_in, predict_file, predict_masks
from vision.preprocessing import PicturePreprocessing
from vision.second_look.training import second_look_for
from vision.settings import PictureSource, PredictOptions, VisionSettings
from vision.video import is_video

SQUARES = 4
"""Squares that are trained on in place of a picture, in one step."""


def _priced(source: PictureSource, settings: VisionSettings) -> bool:
    """Whether mistakes have prices: those of the lesson are for its own pads alone."""
    usual = VisionSettings()
    told = (settings.miss_price, settings.false_price) != (usual.miss_price, usual.false_price)
    return told or source == PictureSource()


RENDERING = 20.0
"""Seconds that rendering the course's flights takes at least, on one core."""


class VisionTask(Task):
    name = "vision"
    title = "Where is the landing pad?"
    about = (
        "A quadcopter looks down for its landing pad, a hundredth of what it sees. "
        "The same network learns with several losses. The standard one, cross-entropy, counts "
        "pixels, and is 99 % right where it says “nothing there”; the overlap losses count what "
        "share of the pad was found."
    )
    metrics = METRICS
    of_network = (*Task.of_network, "norm", "own_contrast")
    portfolio = PORTFOLIO
    source = PictureSource
    settings = VisionSettings
    preprocessing = PicturePreprocessing
    predict_options = PredictOptions
    losses = LossRegistry(
        {
            "cross_entropy": lambda settings, _: CrossEntropyLoss(),
            "focal": lambda settings, _: FocalLoss(gamma=settings.gamma),
            "boundary": lambda settings, _: BoundaryWeightedLoss(extra=settings.extra),
            "dice": lambda settings, _: DiceLoss(),
            "tversky": lambda settings, _: TverskyLoss(alpha=settings.alpha, beta=settings.beta),
            "focal_tversky": lambda settings, _: FocalTverskyLoss(
                alpha=settings.alpha, beta=settings.beta, gamma=settings.power
            ),
        }
    )
    curves: Mapping[str, Any] = {
        "iou": PixelIoU(),
        "average_precision": PixelAveragePrecision(),
    }

    def reading_seconds(self, source: PictureSource) -> float:
        return RENDERING if source.images is None and source.masks is None else 0.0

    def load(self, source: PictureSource) -> Pictures:
        return load(source)

    def fingerprint(self, examples: Pictures) -> str:
        return fingerprint(examples)

    def hashes(self, pipeline: Pipeline, examples: Pictures) -> np.ndarray:
        return hashes_of(examples.store.checksum(int(row)) for row in examples.rows)

    def complete(self, settings: VisionSettings, examples: Pictures) -> VisionSettings:
        """Settle whether squares are cut out for training."""
        if settings.crop is not None:
            return settings
        return replace(settings, crop=0 if settings.tiles else side_for(examples, settings.size))

    def training(self, settings: VisionSettings) -> dict[str, Any]:
        """Return that four squares take the place of a picture in a step.

        Squares show things much oftener than they are, so a network that learned from them is too
        sure of whole pictures: its loss there rises while it still learns to tell things apart.
        The best epoch is the one that puts pixels in the best order; how sure to be, `deciding`
        settles afterwards.
        """
        if not settings.crop:
            return {}
        order = {"monitor": "average_precision", "higher_is_better": True}
        return {"batch_size": SQUARES * settings.batch_size, **order}

    def prepare(self, source: PictureSource, settings: VisionSettings) -> PicturePreprocessing:
        return PicturePreprocessing(
            size=settings.size,
            augmented=settings.augment,
            seed=settings.seed,
            tiles=settings.tiles,
            crop=settings.crop or 0,
        )

    def model(self, preprocessing: PicturePreprocessing, settings: VisionSettings) -> nn.Module:
        """Return the U-Net; with `own_contrast`, behind a layer that scales each picture."""
        if settings.own_contrast:
            # What comes in is scaled already: the network's own scaling changes nothing more.
            mean, std = torch.zeros(3), torch.ones(3)
        else:
            mean = torch.from_numpy(preprocessing.mean)
            std = torch.from_numpy(preprocessing.std)
        network = UNet(
            preprocessing.channels,
            mean=mean,
            std=std,
            width=settings.width,
            depth=settings.depth,
            activation=settings.activation,
            norm=settings.norm,
        )
        return nn.Sequential(OwnContrast(), network) if settings.own_contrast else network

    def settling(self, source: PictureSource, settings: VisionSettings) -> float:
        """Return the second look's share: beside many epochs, with a deadline, a smaller one."""
        if not settings.crop or not _priced(source, settings):
            return 0.0
        return 0.25 if settings.minutes else 0.6

    def deciding(
        self,
        pipeline: Pipeline,
        train: Pictures,
        valid: Pictures,
        *,
        seconds: float | None = None,
        progress: bool | Callable[[float], None] = False,
    ) -> Pipeline:
        """Choose how sure the network has to be, where mistakes have prices.

        Where it was trained on squares, what is sought is small and rare, and most of what is
        marked is something else: a second look learns to tell it.
        """
        settings = pipeline.settings
        if not _priced(pipeline.source, settings) or settings.tiles or len(valid.classes) != 2:
            return pipeline
        second = None
        if settings.crop:
            second = second_look_for(pipeline, train, seconds=seconds, progress=progress)
        decision = cheapest(pipeline, valid, second)
        return replace(pipeline, preprocessing=pipeline.preprocessing.deciding(decision))

    def evaluate(
        self, pipeline: Pipeline, examples: Pictures
    ) -> tuple[dict[str, float], Artifacts]:
        """Compare every picture at its own size, not at the network's."""
        images = (examples.image(row) for row in range(len(examples)))
        masks = (mask for _, mask in predict_masks(pipeline, images))
        metrics, artifacts = evaluate_masks(
            masks,
            examples,
            miss_price=pipeline.settings.miss_price,
            false_price=pipeline.settings.false_price,
            tolerance=pipeline.settings.tolerance,
        )
        priced = _priced(pipeline.source, pipeline.settings)
        return (metrics if priced else {**metrics, "cost": math.nan}), artifacts

    def baselines(
        self,
        train: Pictures,
        test: Pictures,
        settings: VisionSettings,
        pipelines: Mapping[str, Pipeline],
    ) -> list[Outcome]:
        outcomes = baselines.baseline_outcomes(train, test, settings)
        if all(_priced(one.source, one.settings) for one in pipelines.values()):
            return outcomes
        return [replace(one, metrics={**one.metrics, "cost": math.nan}) for one in outcomes]

    def plots(self, train: Pictures, test: Pictures, outcomes: Sequence[Outcome]) -> list[Section]:
        trained = [outcome for outcome in outcomes if isinstance(outcome.artifacts, Artifacts)]
        return plots.draw(train, test, trained)

    def tables(
        self, test: Pictures, outcomes: Sequence[Outcome]
    ) -> dict[str, list[dict[str, str]]]:
        """Return the figures of every test picture."""
        return plots.tables(test, outcomes)

    def heading(self, pipeline: Pipeline) -> tuple[str, str]:
        """Of the lesson, or of a person's folders."""
        source: PictureSource = pipeline.source
        if source == PictureSource():
            return self.title, self.about
        classes = pipeline.preprocessing.classes[1:]
        place = Path(source.images or "").resolve()
        kinds = ", ".join(classes[:8]) + (", …" if len(classes) > 8 else "")
        return f"Pictures of {place.parent.name}/{place.name}", (
            f"A network that was trained with the loss {pipeline.settings.loss} says of each pixel "
            f"what it belongs to: {kinds}, or the background. What was understood of the pictures "
            "and masks stands under “How the data was read”."
        )

    def extras(
        self, folder: Path, pipelines: Mapping[str, Pipeline], test: Pictures
    ) -> list[Section]:
        """Fly once more with the network of the last loss, where pads are what was learned."""
        pipeline = list(pipelines.values())[-1]
        return [write_flight(folder, pipeline)] if pipeline.source == PictureSource() else []

    def examples_like(self, pipeline: Pipeline, source: PictureSource) -> Pictures:
        """Read pictures with masks whose classes the network knows."""
        learned = pipeline.preprocessing.classes
        examples = load(source, classes=learned)
        told = [name for name in examples.classes[1:] if name.startswith("#")]
        if strange := [name for name in told if name not in learned]:
            raise UserError(
                f"{source.masks}: colours tell the classes: "
                f"{', '.join(strange)}; the network learned {', '.join(learned[1:])}"
            )
        if len(examples.classes) > len(learned):
            raise UserError(
                f"{source.masks}: masks hold {len(examples.classes) - 1} classes, the network "
                f"learned {len(learned) - 1}: {', '.join(learned[1:])}"
            )
        return examples

    def load_to_start(self, pipeline: Pipeline, source: PictureSource) -> Pictures:
        """Read pictures whose masks are told apart by the classes that the network knows."""
        if source == PictureSource():
            return self.load(source)
        return self.examples_like(pipeline, source)

    def answer(self, pipeline: Pipeline, data: Any) -> Found | Iterator[Found]:
        """Return what is found in a picture: a file, or uint8 RGB (height, width, 3).

        For several pictures it is an iterator, which takes a few at a time, so that they may be
        as many as you like.
        """
        if isinstance(data, Iterable) and not isinstance(data, str | Path | np.ndarray):
            return found_in(pipeline, data)
        return next(found_in(pipeline, [data]))

    def serving(self) -> type:
        from vision.serving import PictureServing

        return PictureServing

    def answers_suffix(self, source: Path) -> str:
        """Return .mp4 for a video; pictures are answered by a folder."""
        return ".mp4" if source.is_file() and is_video(source) else ""

    def exporter(self, pipeline: Pipeline, options: Any) -> Any:
        from vision.export import PictureExporter

        return PictureExporter(self, pipeline)

    def predict(self, pipeline: Pipeline, source: Path, out: Path, options: Any) -> str:
        return predict_file(pipeline, source, out, options)


TASK = VisionTask()
