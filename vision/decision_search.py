"""The decision that costs least on the validation part."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from common.pipeline import Pipeline
from vision.calibration import fitted_odds
from vision.candidates import Candidates, Truth, candidates, nested_candidates, true_ones
from vision.data import Pictures
from vision.decision import MIN_AREA, Decision
from vision.nested_regions import likeliest
from vision.polar_network import enough, learn_second_look
from vision.predict import probabilities
from vision.second_look import SecondLook, agreed, cut_out
from vision.settings import PictureSource
from vision.synthetic.close_ups import close_ups

THRESHOLDS = (0.3, 0.5, 0.7, 0.85, 0.95)
"""Of a pixel's probability."""
SURE = (
    *np.arange(0.3, 0.9, 0.02).round(2).tolist(),
    *np.arange(0.9, 0.9995, 0.005).round(3).tolist(),
)
"""How sure to be of an object."""
SMALLEST = (MIN_AREA, 20, 30, 45, 65, 90, 130, 190, 270)
"""Pixels of an object, at least."""
MOST = 60
"""Areas above a threshold, in one picture: more are the speckle of a network that knows nothing,
and the threshold is passed over."""
PICTURES = 800
"""Of the training part, at most, that the second look learns from."""
LEAST_SECONDS = 3.0
"""In less it learns nothing."""
DRAWN = 0.25
"""Share of the time that is left, at most, in which close-ups are drawn."""
LEARNED_AT = 0.3
"""The threshold above which what is marked teaches the second look, one of `THRESHOLDS`."""


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
        if len(found) > MOST * max(len(valid), 1):
            continue
        outermost = np.full(len(found), -1)
        looks = [(None, found, found, outermost)]
        if second is not None and threshold == LEARNED_AT:
            nested, parent = nested_in(pipeline, valid)
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


def second_look_for(
    pipeline: Pipeline,
    train: Pictures,
    *,
    seconds: float | None = None,
    progress: bool | Callable[[float], None] = False,
    clock: Callable[[], float] = time.monotonic,
) -> SecondLook | None:
    """Return a second look that has learned from what the network marks in the training part.

    Args:
        pipeline: the network.
        train: the training part; of a large one, `PICTURES` are looked at.
        seconds: that it may take, where there is a deadline.
        progress: show a bar or none; a function is told the share that is done.
        clock: tells seconds.

    Returns:
        None where the network marks too little, or speckle, or where there is no time.
    """
    if seconds is not None and seconds < LEAST_SECONDS:
        return None
    end = math.inf if seconds is None else clock() + seconds
    some = np.linspace(0, len(train) - 1, min(len(train), PICTURES)).astype(int)
    pictures = train[some]
    (found,) = marked_in(pipeline, pictures, (LEARNED_AT,))
    if len(found) > MOST * len(some) or end - clock() < LEAST_SECONDS:
        return None
    found = replace(found, rows=some[found.rows])
    there = true_ones(pictures)
    there = replace(there, rows=some[there.rows])
    found = found.and_those(there)
    if not enough(found):
        return None
    # Of the course's pads anybody can draw more; nobody can of what a person's pictures show.
    ours = pipeline.source == PictureSource()
    until = clock() + DRAWN * (end - clock())
    shown = close_ups(seed=pipeline.settings.seed, going=lambda: clock() < until) if ours else ()
    beside = [(cut_out(*one[:4]), one.thing) for one in shown]
    left = None if seconds is None else end - clock()
    if left is not None and left <= 0:
        return None
    return learn_second_look(pipeline, train, found, beside=beside, seconds=left, progress=progress)


def marked_in(
    pipeline: Pipeline, pictures: Pictures, thresholds: tuple[float, ...]
) -> list[Candidates]:
    """Return all areas above each threshold."""
    tables: list[list[tuple]] = [[] for _ in thresholds]
    images = (pictures.image(row) for row in range(len(pictures)))
    for row, (_, own) in enumerate(probabilities(pipeline, images)):
        truth = Truth.of(pictures.mask(row))
        for table, threshold in zip(tables, thresholds, strict=True):
            table += candidates(row, own[..., 0], truth, threshold)
    return [Candidates.of(table) for table in tables]


def nested_in(pipeline: Pipeline, pictures: Pictures) -> tuple[Candidates, np.ndarray]:
    """Return all areas above `LEARNED_AT` and those within them, and of each in which it lies."""
    table: list[tuple] = []
    parents: list[int] = []
    images = (pictures.image(row) for row in range(len(pictures)))
    for row, (_, own) in enumerate(probabilities(pipeline, images)):
        before = len(table)
        rows, parent = nested_candidates(row, own[..., 0], Truth.of(pictures.mask(row)), LEARNED_AT)
        table += rows
        parents += [one + before if one >= 0 else -1 for one in parent.tolist()]
    return Candidates.of(table), np.array(parents, int)


def looked_at_again(second: SecondLook, pictures: Pictures, found: Candidates) -> Candidates:
    """Return the same areas, as sure as the second look is."""
    sure = np.empty(len(found))
    for row in np.unique(found.rows):
        there = found.rows == row
        sure[there] = second(pictures.image(int(row)), found.centres[there], found.areas[there])
    return replace(found, sure=sure)
