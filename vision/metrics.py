"""Figures that a pilot understands: pads found, false pads, how far off the centre, what it costs.

**Objects.** An object is a connected area of one class (pixels that touch at a side or a corner).
A true object is found if a predicted one of its class shares more than half of what the two cover
together (IoU above 0.5). No two predicted objects can do that to one true object, nor one to two,
so who found what is never a matter of order. A predicted object that found nothing is false.
Pixels that nobody knows (255 in the true mask) are nobody's.

Predicted areas of fewer than `SPECK` pixels are no objects: a landing pad does not fit into them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from common.exercises import exercise
from common.task import Metric
from vision.connected_components import Thing, objects
from vision.pixel_loss import IGNORE

OVERLAP = 0.5
SPECK = 12

METRICS = (
    Metric("found", "objects found, %", "{:.1f}", best="high", scale=100),
    Metric("false", "false objects in 100 pictures", "{:.1f}"),
    Metric("object_precision", "predicted objects that are true, %", "{:.1f}", "high", 100),
    Metric("cost", "cost of 100 pictures, thousand roubles", "{:.1f}", scale=1e-3),
    Metric("iou", "IoU, mean of pictures, %", "{:.1f}", best="high", scale=100),
    Metric("precision", "pixel precision, %", "{:.1f}", best="high", scale=100),
    Metric("recall", "pixel recall, %", "{:.1f}", best="high", scale=100),
    Metric("centre", "centre off by, pixels", "{:.2f}"),
    Metric("accuracy", "right pixels, %", "{:.2f}", best="high", scale=100),
)


class Answer(NamedTuple):
    """What a predicted mask is worth for one picture.

    true, predicted: the objects, each with whether it found its counterpart. iou: the mean over
    the classes that the picture holds; nan where it holds none. hit, false, missed: pixels of
    any class but the background; right, known: pixels of all classes. off: distances between the
    centres of those found, in pixels.
    """

    true: tuple[Thing, ...]
    predicted: tuple[Thing, ...]
    iou: float
    hit: int
    false: int
    missed: int
    right: int
    known: int
    off: tuple[float, ...]

    @property
    def misses(self) -> int:
        return sum(not thing.found for thing in self.true)

    @property
    def alarms(self) -> int:
        return sum(not thing.found for thing in self.predicted)


def examine(predicted: np.ndarray, true: np.ndarray) -> Answer:
    """Compare a predicted mask with the true one, both (height, width) class ids.

    >>> true = np.zeros((32, 32), np.uint8)
    >>> true[4:10, 4:10] = 1
    >>> predicted = np.roll(true, 1, axis=1)
    >>> answer = examine(predicted, true)
    >>> answer.misses, answer.alarms, answer.off, round(answer.iou, 3)
    (0, 0, (1.0,), 0.714)
    """
    if predicted.shape != true.shape:
        raise ValueError(f"predicted {predicted.shape}, true {true.shape}: expected equal shapes")
    known = true != IGNORE
    predicted = np.where(known, predicted, 0)
    theirs, their_numbers = objects(true)
    ours, our_numbers = objects(predicted, smallest=SPECK)
    matches = pairs(theirs, their_numbers, ours, our_numbers)
    off = tuple(float(np.hypot(*np.subtract(theirs[i].centre, ours[j].centre))) for i, j in matches)
    hit = known & (true != 0) & (predicted == true)
    shares = [
        ((predicted == label) & (true == label)).sum()
        / ((predicted == label) | (true == label)).sum()
        for label in np.unique(true[known & (true != 0)])
    ]
    return Answer(
        _with_found(theirs, {i for i, _ in matches}),
        _with_found(ours, {j for _, j in matches}),
        float(np.mean(shares)) if shares else float("nan"),
        int(hit.sum()),
        int(((predicted != 0) & ~hit).sum()),
        int(((true != 0) & known & ~hit).sum()),
        int(((predicted == true) & known).sum()),
        int(known.sum()),
        off,
    )


@exercise(points=20)
def pairs(
    true: Sequence[Thing],
    true_numbers: np.ndarray,
    predicted: Sequence[Thing],
    predicted_numbers: np.ndarray,
) -> list[tuple[int, int]]:
    """Return who found what: (i, j) where true object i was found by predicted object j.

    true, predicted: the objects of two masks of one picture, in the order that i
    and j count them, from 0. Of each, `label` is the class and `area` its pixels.
    true_numbers, predicted_numbers: (height, width) whole numbers, which object
    each pixel belongs to: i + 1 for object i, and 0 for none.

    Object i was found by object j if both are of one class and what they share is
    more than half, OVERLAP, of what the two cover together, each pixel counted
    once (intersection over union). Exactly half is not enough. At that share no
    object can be in two pairs.

    The pairs are in the order of i, as plain whole numbers; who is in none of them
    was missed, or is a false alarm. Nothing that comes in is changed.

    >>> true, there = objects(np.array([[1, 1, 1, 0, 1, 1]], np.uint8))
    >>> predicted, said = objects(np.array([[0, 1, 1, 0, 0, 1]], np.uint8))
    >>> pairs(true, there, predicted, said)
    [(0, 0)]
    """
    width = len(predicted) + 1
    together = np.bincount(true_numbers.ravel() * width + predicted_numbers.ravel())
    found = []
    for place in np.flatnonzero(together):
        i, j = place // width - 1, place % width - 1
        if i < 0 or j < 0 or true[i].label != predicted[j].label:
            continue
        shared = int(together[place])
        if shared > OVERLAP * (true[i].area + predicted[j].area - shared):
            found.append((int(i), int(j)))
    return found


def _with_found(things: list[Thing], found: set[int]) -> tuple[Thing, ...]:
    return tuple(
        Thing(thing.label, thing.centre, thing.area, i in found) for i, thing in enumerate(things)
    )


def figures(
    answers: Sequence[Answer], *, miss_price: float = 10_000, false_price: float = 1_000
) -> dict[str, float]:
    """Return every figure of `METRICS` for the answers to a set of pictures.

    - found: the share of true objects that were found; false: objects that are none, in 100
      pictures; object_precision: the share of predicted objects that found a true one
    - cost: miss_price for each missed object and false_price for each false one, in roubles for
      100 pictures
    - iou: the mean over the pictures that hold something; a picture without any object has no
      IoU, and what is found in it counts as false
    - precision, recall: over the pixels of all pictures together, the background aside
    - centre: the median distance between the centres of the objects that were found
    - accuracy: the share of pixels that are right, the background included

    A figure without anything to count is nan.

    >>> true = np.zeros((32, 32), np.uint8)
    >>> true[4:10, 4:10] = 1
    >>> answers = [examine(true, true), examine(np.zeros_like(true), true)]
    >>> results = figures(answers)
    >>> results["found"], results["cost"], round(results["accuracy"], 3)
    (0.5, 500000.0, 0.982)
    """
    true = [thing.found for answer in answers for thing in answer.true]
    predicted = [thing.found for answer in answers for thing in answer.predicted]
    misses, alarms = true.count(False), predicted.count(False)
    hit, false, missed, right, known = (
        sum(getattr(answer, name) for answer in answers)
        for name in ("hit", "false", "missed", "right", "known")
    )
    off = [distance for answer in answers for distance in answer.off]
    ious = [answer.iou for answer in answers if answer.iou == answer.iou]
    price = misses * miss_price + alarms * false_price
    return {
        "found": _share(len(true) - misses, len(true)),
        "false": _share(100 * alarms, len(answers)),
        "object_precision": _share(len(predicted) - alarms, len(predicted)),
        "cost": _share(100 * price, len(answers)),
        "iou": _share(sum(ious), len(ious)),
        "precision": _share(hit, hit + false),
        "recall": _share(hit, hit + missed),
        "centre": float(np.median(off)) if off else float("nan"),
        "accuracy": _share(right, known),
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


class PixelIoU:
    """IoU over all pixels of a part together, fed batch by batch, for the learning curves.

    prediction: (batch, channels, height, width) logits; target: (batch, height, width) class ids.
    1 where there is nothing to find and nothing was found.

    >>> iou = PixelIoU()
    >>> iou.reset()
    >>> iou.update(torch.tensor([[[[3.0, 3.0, -3.0]]]]), torch.tensor([[[1, 0, 1]]]))
    >>> round(iou.compute(), 3)
    0.333
    """

    def reset(self) -> None:
        self.shared = self.covered = 0

    def update(self, prediction: Tensor, target: Tensor) -> None:
        said = classes(prediction)
        known = target != IGNORE
        self.shared += int(((said == target) & (target != 0) & known).sum())
        self.covered += int((((said != 0) | (target != 0)) & known).sum())

    def compute(self) -> float:
        return self.shared / self.covered if self.covered else 1.0


def classes(logits: Tensor) -> Tensor:
    """Return the likeliest class of each pixel, (batch, height, width) uint8.

    >>> classes(torch.tensor([[[[2.0, -2.0]]]])).tolist()
    [[[1, 0]]]
    """
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).to(torch.uint8)
    return logits.argmax(1).to(torch.uint8)
