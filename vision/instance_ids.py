"""Whether the numbers in masks are rather objects, counted anew in each picture, than classes."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

SAMPLE = 32
"""Masks in which objects are counted."""
FEWEST = 3
"""Numbers that one mask at least must hold."""
FEWEST_MASKS, COUNTS = 4, 3
"""Masks, and different numbers of things in them, below which classes may look so."""
ALONE = 0.9
"""Share of the numbers of which each is one thing in its mask."""
CHANCE = 1e-4
"""Chance of the order, were it drawn by lot, below which things are numbered as they are read."""
BLOCK = 1
"""Rows by which a part may begin before the one numbered before it: OpenCV reads two at once."""
ALIKE, OFTEN = 2.0, 3
"""How many times larger things of one number are, at most, than those of another that as many masks
hold, in the median: eyes, nose and mouth come in one order, too, and differ more."""
CROSSING = 0.05
"""Share of the pairs of masks in which a thing of one stands behind the next thing of the other,
from which on their places are no number's own: of two that stand anywhere, it is a sixth. The left
and the right lung come in one order, too, for each has its side."""
UNKNOWN = 255


class _Thing(NamedTuple):
    """What is kept of a number in a mask: a mask is large, and many are looked at.

    size: its pixels. parts: connected ones. first: its first row and its first column. middle: of
    the rows and of the columns that it takes up, as shares of the mask's.
    """

    number: int
    size: int
    parts: int
    first: tuple[int, int]
    middle: tuple[float, float]


def counted_objects(held: Sequence[Sequence[int]], read: Callable[[int], np.ndarray]) -> str:
    """Say how numbers in masks seem to count objects; nothing where they are classes.

    They go from 1 up without a gap, and each of them is one connected thing in its mask. Classes
    are the same in all pictures, and stand in several places. So either numbers go farther in some
    masks than in others; or things that do not touch are numbered in each mask in the order in
    which its rows or columns are read, as functions do that number connected parts.

    Args:
        held: The values that each mask holds, ascending.
        read: Gives the values of mask `row`, (height, width).
    """
    rows = [row for row, values in enumerate(held) if any(values)]
    highest = [_counted(held[row]) for row in rows]
    if len(rows) < FEWEST_MASKS or max(highest) < 2:
        return ""
    if np.mean([number > 0 for number in highest]) < ALONE:
        return ""
    some = np.unique(np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int))
    masks, touching = [], False
    for place in some:
        values = _without_unknown(read(rows[place]))
        masks.append(_things(values))
        touching = touching or _touch(values)
    if np.mean([thing.parts == 1 for things in masks for thing in things]) < ALONE:
        return ""
    least, most = min(highest), max(highest)
    if len(set(highest)) >= COUNTS and most >= FEWEST:
        how = f"to {least} in one mask and to {most} in another, and each is one thing"
    elif not touching and _in_reading_order(masks):
        how = f"to {most}, in the order in which each mask is read, and each is one thing"
    else:
        return ""
    return (
        f"the ids go from 1 {how}: if they number objects and not classes, write their class in "
        "place of them"
    )


def _things(values: np.ndarray) -> list[_Thing]:
    """Measure what each number of a mask is."""
    found = []
    pixels = cv2.calcHist([values], [0], None, [256], [0, 256])  # NumPy's takes 8 bytes for each
    for number in np.flatnonzero(pixels[1:]) + 1:
        inside = values == number
        ends = [np.flatnonzero(inside.any(across))[[0, -1]] for across in (1, 0)]
        (top, bottom), (left, right) = ends
        box = inside[top : bottom + 1, left : right + 1].astype(np.uint8)
        middle = [float(end.mean()) / side for end, side in zip(ends, values.shape, strict=True)]
        parts = cv2.connectedComponents(box)[0] - 1
        first = (int(top), int(left))
        found.append(_Thing(int(number), int(box.sum()), parts, first, (middle[0], middle[1])))
    return found


def _touch(values: np.ndarray) -> bool:
    """Whether things of two numbers stand side by side."""
    highest = cv2.dilate(values, np.ones((3, 3), np.uint8))
    return bool(((values > 0) & (highest != values)).any())


def _in_reading_order(masks: list[list[_Thing]]) -> bool:
    """Whether things of one size are numbered by rows, or by columns, wherever they stand."""
    chance = math.prod(1 / math.factorial(len(things)) for things in masks)
    sizes: dict[int, list[int]] = {}
    for thing in (thing for things in masks for thing in things):
        sizes.setdefault(thing.number, []).append(thing.size)
    medians = [float(np.median(some)) for some in sizes.values() if len(some) >= OFTEN]
    alike = len(medians) > 1 and max(medians) <= ALIKE * min(medians)
    if not alike or chance >= CHANCE:
        return False
    return any(_is_ordered(masks, way) and _crossing(masks, way) >= CROSSING for way in (0, 1))


def _is_ordered(masks: list[list[_Thing]], way: int) -> bool:
    firsts = [[thing.first[way] for thing in things] for things in masks]
    return all((np.diff(some) >= -BLOCK).all() for some in firsts)


def _crossing(masks: list[list[_Thing]], way: int) -> float:
    """Return how often a thing of one mask stands behind the next number's of another mask."""
    places: dict[int, list[float]] = {}
    for thing in (thing for things in masks for thing in things):
        places.setdefault(thing.number, []).append(thing.middle[way])
    ordered = [np.array(places[number]) for number in sorted(places)]
    behind = [np.greater.outer(one, following).mean() for one, following in pairwise(ordered)]
    return float(np.mean(behind))


def _without_unknown(values: np.ndarray) -> np.ndarray:
    return np.where(values == UNKNOWN, 0, values).astype(np.uint8)


def _counted(values: Sequence[int]) -> int:
    """Return up to which number a mask counts from 1 without a gap; 0 where it does not."""
    known = [value for value in values if value not in (0, UNKNOWN)]
    return len(known) if known == [*range(1, len(known) + 1)] else 0
