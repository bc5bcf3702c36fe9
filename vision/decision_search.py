"""The decision that costs least on the validation part."""

from typing import NamedTuple

import numpy as np

from common.pipeline import Pipeline
from vision.connected_components import Component, connected_components
from vision.data import Pictures
from vision.decision import Decision
from vision.loss import IGNORE_INDEX
from vision.metrics import MIN_AREA, match_objects
from vision.predict import probabilities

THRESHOLDS = (0.3, 0.5, 0.7, 0.85, 0.95)
"""Of a pixel's probability."""
SURE = (
    *np.arange(0.3, 0.9, 0.02).round(2).tolist(),
    *np.arange(0.9, 0.9995, 0.005).round(3).tolist(),
)
"""Of the mean probability of an object's pixels."""
SMALLEST = (MIN_AREA, 20, 30, 45, 65, 90, 130, 190, 270)
"""Pixels of an object, at least."""
MOST = 60
"""Areas above a threshold, in one picture: more are the speckle of a network that knows nothing,
and the threshold is passed over."""


class Candidates(NamedTuple):
    """The areas above a threshold in all pictures: pixels, mean probability, whether it is an
    object's; and how many objects there are."""

    areas: np.ndarray
    sure: np.ndarray
    right: np.ndarray
    objects: int


class Truth(NamedTuple):
    """What is there in a picture: its objects, a map of their numbers, and where that is known."""

    objects: list[Component]
    numbers: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, mask: np.ndarray) -> "Truth":
        return cls(*connected_components(mask), mask != IGNORE_INDEX)


def cheapest(pipeline: Pipeline, valid: Pictures) -> Decision:
    """Return the decision with the lowest cost on the validation part, at the settings' prices.

    Of several that cost the same, the first, which asks for the least; where nothing is worth
    marking, the one that asks for most. The network has one class to find.
    """
    settings = pipeline.settings
    best, lowest = Decision(), np.inf
    images = (valid.image(row) for row in range(len(valid)))
    likely = [own[..., 0] for _, own in probabilities(pipeline, images)]
    truth = [Truth.of(valid.mask(row)) for row in range(len(valid))]
    for threshold in THRESHOLDS:
        found = candidates(likely, truth, threshold)
        if len(found.areas) > MOST * max(len(valid), 1):
            continue
        for smallest in SMALLEST:
            for sure in SURE:
                kept = (found.areas >= smallest) & (found.sure >= sure)
                right = int((kept & found.right).sum())
                cost = settings.miss_price * (found.objects - right)
                cost += settings.false_price * (int(kept.sum()) - right)
                if cost < lowest:
                    best, lowest = Decision(threshold, smallest, sure), cost
    return best


def candidates(likely: list[np.ndarray], truth: list[Truth], threshold: float) -> Candidates:
    """Return all areas above a threshold; likely: (height, width) of each picture."""
    rows, objects = [], 0
    for own, true in zip(likely, truth, strict=True):
        mask = (true.known & (own > threshold)).astype(np.uint8)
        areas, numbers = connected_components(mask, min_area=MIN_AREA)
        right = {j for _, j in match_objects(true.objects, true.numbers, areas, numbers)}
        sums = np.bincount(numbers.ravel(), weights=own.ravel(), minlength=len(areas) + 1)
        rows += [(one.area, sums[j + 1] / one.area, j in right) for j, one in enumerate(areas)]
        objects += len(true.objects)
    table = np.array(rows, np.float64).reshape(-1, 3)
    return Candidates(table[:, 0], table[:, 1], table[:, 2] > 0, objects)
