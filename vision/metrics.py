"""Figures that a pilot understands: pads found, false pads, how far off the centre, what it costs.

**Objects.** An object is a connected area of one class (pixels that touch at a side or a corner).
A true object is found if a predicted one of its class shares more than half of what the two cover
together (IoU above 0.5). No two predicted objects can do that to one true object, nor one to two,
so who found what is never a matter of order. A predicted object that found nothing is false.
Pixels that nobody knows (255 in the true mask) are nobody's.

Predicted areas of fewer than `MIN_AREA` pixels are no objects: no landing pad fits into them.

**Thin things.** A crack or a wire is two pixels wide, and a mask that lies one pixel beside it
shares next to nothing with it. With a tolerance, a predicted pixel is right where a true one of its
class is no farther away than so many pixels, and a true one is found where a predicted one is.

Counterparts in the field: torchmetrics' JaccardIndex for IoU; MONAI's DiceMetric for Dice; the
matching of objects is that of Kirillov et al., "Panoptic segmentation" (2019); the tolerance is
the relaxed precision and recall of Mnih and Hinton, "Learning to Detect Roads" (2010).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from common.exercises import exercise
from common.outcome import Metric
from vision.connected_components import Component, connected_components
from vision.decision import MIN_AREA
from vision.loss import IGNORE_INDEX
from vision.settings import VisionSettings

if TYPE_CHECKING:  # reading pictures takes a dozen files that no figure needs
    from vision.data import Pictures

IOU_THRESHOLD = 0.5
"""A true object is found by one that shares more than this with it."""
MAX_MASKS = 400
"""Predicted masks that are kept, to be drawn: those of the first pictures."""
TOLERANCE = 2
"""Pixels that an answer may lie beside the truth, where nobody says otherwise."""

METRICS = (
    Metric("found", "objects found, %", "{:.1f}", best="high", scale=100),
    Metric("false", "false objects in 100 pictures", "{:.1f}"),
    Metric("object_precision", "predicted objects that are true, %", "{:.1f}", "high", 100),
    Metric("cost", "cost of 100 pictures, thousand roubles", "{:.1f}", scale=1e-3),
    Metric("iou", "IoU, mean of pictures, %", "{:.1f}", best="high", scale=100),
    Metric("dice", "Dice, mean of pictures, %", "{:.1f}", best="high", scale=100),
    Metric("precision", "pixel precision, %", "{:.1f}", best="high", scale=100),
    Metric("recall", "pixel recall, %", "{:.1f}", best="high", scale=100),
    Metric("f1", "pixel F1, %", "{:.1f}", best="high", scale=100),
    Metric("near_f1", "pixel F1 with --tolerance, %", "{:.1f}", best="high", scale=100),
    Metric("centre", "centre off by, pixels", "{:.2f}"),
    Metric("accuracy", "right pixels, %", "{:.2f}", best="high", scale=100),
)


class MaskEvaluation(NamedTuple):
    """What a predicted mask is worth for one picture.

    Attributes:
        true, predicted: the objects, each with whether it found its counterpart.
        iou: intersection over union, the mean over the classes that the picture holds; nan where
            it holds none.
        dice: twice the intersection over the sum of both areas, as iou in all else.
        tp, fp, fn: pixels of any class but the background: true positives, false positives and
            false negatives.
        correct, known: pixels of all classes.
        distances: between the centres of those found, in pixels.
        near_predicted: predicted pixels with a true one of their class within the tolerance.
        near_true: true pixels with a predicted one of their class within it.
    """

    true: tuple[Component, ...]
    predicted: tuple[Component, ...]
    iou: float
    dice: float
    tp: int
    fp: int
    fn: int
    correct: int
    known: int
    distances: tuple[float, ...]
    near_predicted: int
    near_true: int

    @property
    def misses(self) -> int:
        """True objects that were not found."""
        return sum(not one.found for one in self.true)

    @property
    def false_alarms(self) -> int:
        """Predicted objects that are none."""
        return sum(not one.found for one in self.predicted)

    @property
    def near_f1(self) -> float:
        """F1 of the pixels, with the tolerance; nan where there are none."""
        return f1(self.near_predicted, self.tp + self.fp, self.near_true, self.tp + self.fn)


def evaluate_mask(
    predicted: np.ndarray, true: np.ndarray, *, tolerance: int = TOLERANCE
) -> MaskEvaluation:
    """Compare a predicted mask with the true one (the ground truth), both (height, width) ids.

    tolerance: how far, in pixels, an answer may lie beside the truth in `near_predicted` and
    `near_true`, and in these alone.

    Raises:
        ValueError: shapes that differ.

    >>> true = np.zeros((32, 32), np.uint8)
    >>> true[4:10, 4:10] = 1
    >>> predicted = np.roll(true, 1, axis=1)
    >>> evaluation = evaluate_mask(predicted, true)
    >>> evaluation.misses, evaluation.false_alarms, evaluation.distances, round(evaluation.iou, 3)
    (0, 0, (1.0,), 0.714)
    >>> round(evaluation.dice, 3), evaluation.near_f1
    (0.833, 1.0)
    """
    if predicted.shape != true.shape:
        raise ValueError(f"predicted {predicted.shape}, true {true.shape}: expected equal shapes")
    known = true != IGNORE_INDEX
    predicted = np.where(known, predicted, 0)
    theirs, their_numbers = connected_components(true)
    ours, our_numbers = connected_components(predicted, min_area=MIN_AREA)
    matches = match_objects(theirs, their_numbers, ours, our_numbers)
    distances = (np.subtract(theirs[i].centre, ours[j].centre) for i, j in matches)
    hit = known & (true != 0) & (predicted == true)
    held = np.unique(true[known & (true != 0)])
    shared = [int(((predicted == label) & (true == label)).sum()) for label in held]
    areas = [int((predicted == label).sum() + (true == label).sum()) for label in held]
    ious = [both / (area - both) for both, area in zip(shared, areas, strict=True)]
    dices = [2 * both / area for both, area in zip(shared, areas, strict=True)]
    return MaskEvaluation(
        true=_with_found(theirs, {i for i, _ in matches}),
        predicted=_with_found(ours, {j for _, j in matches}),
        iou=float(np.mean(ious)) if ious else float("nan"),
        dice=float(np.mean(dices)) if dices else float("nan"),
        tp=int(hit.sum()),
        fp=int(((predicted != 0) & ~hit).sum()),
        fn=int(((true != 0) & known & ~hit).sum()),
        correct=int(((predicted == true) & known).sum()),
        known=int(known.sum()),
        distances=tuple(float(np.hypot(x, y)) for x, y in distances),
        near_predicted=_count_near(predicted, true, tolerance),
        near_true=_count_near(np.where(known, true, 0), predicted, tolerance),
    )


def _count_near(pixels: np.ndarray, others: np.ndarray, tolerance: int) -> int:
    """Count the pixels of any class but the background that have one of theirs near in others."""
    steps = np.arange(-tolerance, tolerance + 1)
    disk = (np.hypot(*np.meshgrid(steps, steps)) <= tolerance).astype(np.uint8)
    count = 0
    for label in np.unique(pixels[pixels != 0]):
        there = (others == label).astype(np.uint8)
        near = cv2.dilate(there, disk, borderType=cv2.BORDER_CONSTANT, borderValue=0)
        count += int(((pixels == label) & (near > 0)).sum())
    return count


def f1(right: float, predicted: float, found: float, true: float) -> float:
    """Return the harmonic mean of precision, right / predicted, and recall, found / true.

    0 where one of them is 0 or there is nothing of one kind; nan where there is nothing at all.

    >>> round(f1(right=1, predicted=2, found=1, true=1), 3), f1(0, 0, 0, 5)
    (0.667, 0.0)
    """
    if not predicted + true:
        return float("nan")
    if not (right and found):
        return 0.0
    precision, recall = right / predicted, found / true
    return 2 * precision * recall / (precision + recall)


@exercise(points=20, minutes=30, difficulty=2, uses="NumPy", lesson="Report")
def match_objects(
    true: Sequence[Component],
    true_numbers: np.ndarray,
    predicted: Sequence[Component],
    predicted_numbers: np.ndarray,
) -> list[tuple[int, int]]:
    """Return who found what: (i, j) where true object i was found by predicted object j.

    true, predicted: the objects of two masks of one picture, in the order that i
    and j count them, from 0. Of each, `label` is the class and `area` its pixels.
    true_numbers, predicted_numbers: (height, width) whole numbers, which object
    each pixel belongs to: i + 1 for object i, and 0 for none.

    Object i was found by object j if both are of one class and what they share is
    more than half, IOU_THRESHOLD, of what the two cover together, each pixel
    counted once (intersection over union). Exactly half is not enough. At that
    share no object can be in two pairs.

    The pairs are in the order of i, as plain whole numbers; who is in none of them
    was missed, or is a false alarm. Nothing that comes in is changed.

    >>> true, there = connected_components(np.array([[1, 1, 1, 0, 1, 1]], np.uint8))
    >>> predicted, said = connected_components(np.array([[0, 1, 1, 0, 0, 1]], np.uint8))
    >>> match_objects(true, there, predicted, said)
    [(0, 0)]
    """
    width = len(predicted) + 1
    together = np.bincount(true_numbers.ravel() * width + predicted_numbers.ravel())
    found = []
    for place in np.flatnonzero(together).tolist():
        i, j = place // width - 1, place % width - 1
        if i < 0 or j < 0 or true[i].label != predicted[j].label:
            continue
        shared = int(together[place])
        if shared > IOU_THRESHOLD * (true[i].area + predicted[j].area - shared):
            found.append((i, j))
    return found


def _with_found(components: list[Component], found: set[int]) -> tuple[Component, ...]:
    return tuple(replace(one, found=i in found) for i, one in enumerate(components))


def mask_metrics(
    evaluations: Sequence[MaskEvaluation],
    *,
    miss_price: float = VisionSettings.miss_price,
    false_price: float = VisionSettings.false_price,
) -> dict[str, float]:
    """Return every figure of `METRICS` for the evaluations of a set of pictures.

    - found: the share of true objects that were found; false: objects that are none, in 100
      pictures; object_precision: the share of predicted objects that found a true one
    - cost: miss_price for each missed object and false_price for each false one, in roubles for
      100 pictures
    - iou: the mean over the pictures that hold something; a picture without any object has no
      IoU, and what is found in it counts as false
    - dice: the same for Dice
    - precision, recall: over the pixels of all pictures together, the background aside; f1: their
      harmonic mean; near_f1: the same with the tolerance, for thin things
    - centre: the median distance between the centres of the objects that were found
    - accuracy: the share of pixels that are right, the background included

    A figure without anything to count is nan.

    >>> true = np.zeros((32, 32), np.uint8)
    >>> true[4:10, 4:10] = 1
    >>> evaluations = [evaluate_mask(true, true), evaluate_mask(np.zeros_like(true), true)]
    >>> results = mask_metrics(evaluations)
    >>> results["found"], results["cost"], round(results["accuracy"], 3)
    (0.5, 500000.0, 0.982)
    """
    true = [one.found for evaluation in evaluations for one in evaluation.true]
    predicted = [one.found for evaluation in evaluations for one in evaluation.predicted]
    misses, false_alarms = true.count(False), predicted.count(False)
    tp, fp, fn, correct, known, near_predicted, near_true = (
        sum(getattr(evaluation, name) for evaluation in evaluations)
        for name in ("tp", "fp", "fn", "correct", "known", "near_predicted", "near_true")
    )
    distances = [distance for evaluation in evaluations for distance in evaluation.distances]
    held = [evaluation for evaluation in evaluations if evaluation.iou == evaluation.iou]
    price = misses * miss_price + false_alarms * false_price
    return {
        "found": _share(len(true) - misses, len(true)),
        "false": _share(100 * false_alarms, len(evaluations)),
        "object_precision": _share(len(predicted) - false_alarms, len(predicted)),
        "cost": _share(100 * price, len(evaluations)),
        "iou": _share(sum(evaluation.iou for evaluation in held), len(held)),
        "dice": _share(sum(evaluation.dice for evaluation in held), len(held)),
        "precision": _share(tp, tp + fp),
        "recall": _share(tp, tp + fn),
        "f1": f1(tp, tp + fp, tp, tp + fn),
        "near_f1": f1(near_predicted, tp + fp, near_true, tp + fn),
        "centre": float(np.median(distances)) if distances else float("nan"),
        "accuracy": _share(correct, known),
    }


@dataclass(frozen=True)
class Artifacts:
    """What a report is drawn from: the evaluation of each picture, and the first predictions."""

    evaluations: list[MaskEvaluation] = field(default_factory=list)
    masks: list[np.ndarray] = field(default_factory=list)


def evaluate_masks(
    masks: Iterable[np.ndarray],
    examples: "Pictures",
    *,
    miss_price: float = VisionSettings.miss_price,
    false_price: float = VisionSettings.false_price,
    tolerance: int = TOLERANCE,
) -> tuple[dict[str, float], Artifacts]:
    """Compare predicted masks, one for each picture and of its size, with the true ones.

    Returns the metrics (see `mask_metrics`), and what is drawn: of the masks themselves only the
    first `MAX_MASKS` are kept.
    """
    artifacts = Artifacts()
    for row, mask in enumerate(masks):
        artifacts.evaluations.append(evaluate_mask(mask, examples.mask(row), tolerance=tolerance))
        if row < MAX_MASKS:
            artifacts.masks.append(mask)
    prices = {"miss_price": miss_price, "false_price": false_price}
    return mask_metrics(artifacts.evaluations, **prices), artifacts


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
