"""What a network marks in pictures whose answer is known: which of it are things."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import NamedTuple, Self

import numpy as np

from common.pipeline import Pipeline
from vision.connected_components import Component, connected_components
from vision.data import Pictures
from vision.decision import MIN_AREA
from vision.loss import IGNORE_INDEX
from vision.metrics import IOU_THRESHOLD, match_objects
from vision.nested_regions import nested_areas
from vision.predict import probabilities
from vision.second_look.classifier import SecondLook

SPECKLE = 60
"""Areas above a threshold, in one picture: more are what a network marks that knows nothing."""


class Truth(NamedTuple):
    """What is there in a picture: its objects, a map of their numbers, and where that is known."""

    objects: list[Component]
    numbers: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, mask: np.ndarray) -> "Truth":
        return cls(*connected_components(mask), mask != IGNORE_INDEX)


@dataclass(frozen=True)
class Candidates:
    """The areas above a threshold in several pictures.

    rows: (n,) whose; centres: (n, 2) x and y, areas: (n,), in pixels; sure: (n,) the mean
    probability of its pixels; right: (n,) whether it is an object's, of which it shares more than
    half; beside: (n,) whether it touches no object.
    """

    rows: np.ndarray
    centres: np.ndarray
    areas: np.ndarray
    sure: np.ndarray
    right: np.ndarray
    beside: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, those: np.ndarray) -> Self:
        return type(self)(*(getattr(self, field.name)[those] for field in fields(self)))

    def and_those(self, other: Self) -> Self:
        """Return both."""
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return type(self)(*map(np.concatenate, pairs))

    @classmethod
    def of(cls, table: Iterable[tuple[float, ...]]) -> Self:
        """Return those of a table: row, x, y, area, sure, right, beside."""
        numbers = np.array(list(table), np.float64).reshape(-1, 7)
        flags = numbers[:, 5:] > 0
        own = (numbers[:, 0].astype(int), numbers[:, 1:3], numbers[:, 3], numbers[:, 4])
        return cls(*own, flags[:, 0], flags[:, 1])


def candidates(row: int, likely: np.ndarray, truth: Truth, threshold: float) -> list[tuple]:
    """Return a table of the areas above a threshold in one picture, for `Candidates.of`.

    likely: (height, width), of the one class there is.
    """
    mask = (truth.known & (likely > threshold)).astype(np.uint8)
    areas, numbers = connected_components(mask, min_area=MIN_AREA)
    right = {j for _, j in match_objects(truth.objects, truth.numbers, areas, numbers)}
    sums = np.bincount(numbers.ravel(), weights=likely.ravel(), minlength=len(areas) + 1)
    touching = set(np.unique(numbers[truth.numbers > 0]).tolist())
    return [
        (row, *one.centre, one.area, sums[j + 1] / one.area, j in right, j + 1 not in touching)
        for j, one in enumerate(areas)
    ]


def nested_candidates(
    row: int, likely: np.ndarray, truth: Truth, threshold: float
) -> tuple[list[tuple], np.ndarray]:
    """Return a table of the areas above a threshold and those within them, for `Candidates.of`, and
    in which of them each lies, (n,), -1 for none; see `vision.nested_regions`."""
    mask = (truth.known & (likely > threshold)).astype(np.uint8)
    areas = nested_areas(mask, likely, MIN_AREA)
    true = np.array([0, *(one.area for one in truth.objects)])
    table = []
    for i, (x, y) in enumerate(areas.centres.tolist()):
        there = areas.parts[areas.level[i]] == areas.number[i]
        shared = np.bincount(truth.numbers[there], minlength=len(true))[1:]
        together = true[1:] + areas.pixels[i] - shared
        right = bool((shared > IOU_THRESHOLD * together).any())
        table.append((row, x, y, areas.pixels[i], areas.likely[i], right, not shared.any()))
    return table, areas.parent


def true_ones(pictures: Pictures) -> Candidates:
    """Return all objects that are there, as somebody marks them who knows."""
    table = []
    for row in range(len(pictures)):
        objects, _ = connected_components(pictures.mask(row), min_area=MIN_AREA)
        table += [(row, *one.centre, one.area, 1.0, True, False) for one in objects]
    return Candidates.of(table)


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


def nested_in(
    pipeline: Pipeline, pictures: Pictures, threshold: float
) -> tuple[Candidates, np.ndarray]:
    """Return all areas above a threshold and those within them, and of each in which it lies."""
    table: list[tuple] = []
    parents: list[int] = []
    images = (pictures.image(row) for row in range(len(pictures)))
    for row, (_, own) in enumerate(probabilities(pipeline, images)):
        before = len(table)
        rows, parent = nested_candidates(row, own[..., 0], Truth.of(pictures.mask(row)), threshold)
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
