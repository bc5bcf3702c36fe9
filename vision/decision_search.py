"""The decision that costs least on the validation part."""

from dataclasses import replace
from typing import Any

import numpy as np

from common.pipeline import Pipeline
from vision.calibration import fitted_odds
from vision.candidates import SPECKLE, Candidates, Truth, looked_at_again, marked_in, nested_in
from vision.data import Pictures
from vision.decision import MIN_AREA, Decision
from vision.nested_regions import likeliest
from vision.second_look.classifier import SecondLook, agreed
from vision.second_look.training import LEARNED_AT

THRESHOLDS = (0.3, 0.5, 0.7, 0.85, 0.95)
"""Of a pixel's probability, `LEARNED_AT` among them."""
SURE = (
    *np.arange(0.3, 0.9, 0.02).round(2).tolist(),
    *np.arange(0.9, 0.9995, 0.005).round(3).tolist(),
)
"""How sure to be of an object."""
SMALLEST = (MIN_AREA, 20, 30, 45, 65, 90, 130, 190, 270)
"""Pixels of an object, at least."""


def cheapest(pipeline: Pipeline, valid: Pictures, second: SecondLook | None = None) -> Decision:
    """Return the decision with the lowest cost on the validation part, at the settings' prices.

    Of several that cost the same, the first, which asks for the least; where nothing is worth
    marking, the one that asks for most. The network has one class to find. Whether the second look
    is worth it is chosen there too, and how likely what it marks there is an object. It judges what
    is marked as where it learned, above `LEARNED_AT`: to choose among more thresholds for it costs
    more by chance than it finds.
    """
    best, lowest = Decision(), np.inf
    marks: Candidates | None = None
    looks: list[tuple[SecondLook | None, Candidates, Candidates, np.ndarray]]
    marked = marked_in(pipeline, valid, THRESHOLDS)
    objects = sum(len(Truth.of(valid.mask(row)).objects) for row in range(len(valid)))
    for threshold, found in zip(THRESHOLDS, marked, strict=True):
        if len(found) > SPECKLE * max(len(valid), 1):
            continue
        outermost = np.full(len(found), -1)
        looks = [(None, found, found, outermost)]
        if second is not None and threshold == LEARNED_AT:
            nested, parent = nested_in(pipeline, valid, LEARNED_AT)
            alone = looked_at_again(second, valid, nested)
            both = replace(alone, sure=agreed(nested.sure, alone.sure))
            looks.append((second, alone, both, parent))
        for look, alone, judged, parent in looks:
            cost, smallest, sure = _cheapest_of(judged, parent, objects, pipeline.settings)
            if cost < lowest:
                best, lowest = Decision(threshold, smallest, sure, look), cost
                marks = alone[likeliest(parent, alone.sure)]
    if marks is None:
        return best
    told = marks[marks.right | marks.beside]
    return replace(best, odds=fitted_odds(told.sure, told.right))


def _cheapest_of(
    found: Candidates, parent: np.ndarray, objects: int, settings: Any
) -> tuple[float, int, float]:
    """Return the lowest cost, and how large and how sure an object has to be for it."""
    best = np.inf, 0, 0.0
    for smallest in SMALLEST:
        large = found.areas >= smallest
        large &= likeliest(parent, np.where(large, found.sure, -1.0))
        for sure in SURE:
            kept = large & (found.sure >= sure)
            right = int((kept & found.right).sum())
            cost = settings.miss_price * (objects - right)
            cost += settings.false_price * (int(kept.sum()) - right)
            if cost < best[0]:
                best = cost, smallest, sure
    return best
