"""Whether the numbers in masks are rather objects, counted anew in each picture, than classes."""

import math
from collections.abc import Callable, Sequence

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
UNKNOWN = 255


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
    masks = [_without_unknown(read(rows[place])) for place in some]
    parts = [
        cv2.connectedComponents((values == number).astype(np.uint8))[0] - 1
        for values in masks
        for number in np.unique(values)
        if number != 0
    ]
    if np.mean(np.array(parts) == 1) < ALONE:
        return ""
    least, most = min(highest), max(highest)
    if len(set(highest)) >= COUNTS and most >= FEWEST:
        how = f"to {least} in one mask and to {most} in another, and each is one thing"
    elif _in_reading_order(masks):
        how = f"to {most}, in the order in which each mask is read, and each is one thing"
    else:
        return ""
    return (
        f"the ids go from 1 {how}: if they number objects and not classes, write their class in "
        "place of them"
    )


def _in_reading_order(masks: list[np.ndarray]) -> bool:
    """Whether things of one size, which do not touch, are numbered by rows, or by columns."""
    sizes: dict[int, list[int]] = {}
    ways = [True, True]
    chance = 1.0
    for values in masks:
        if ((values > 0) & (cv2.dilate(values, np.ones((3, 3), np.uint8)) != values)).any():
            return False
        numbers = [int(number) for number in np.unique(values) if number]
        for number in numbers:
            sizes.setdefault(number, []).append(int((values == number).sum()))
        for way, across in enumerate((1, 0)):
            firsts = [int((values == number).any(across).argmax()) for number in numbers]
            ways[way] &= bool((np.diff(firsts) >= -BLOCK).all())
        chance /= math.factorial(len(numbers))
    medians = [float(np.median(some)) for some in sizes.values() if len(some) >= OFTEN]
    alike = len(medians) > 1 and max(medians) <= ALIKE * min(medians)
    return any(ways) and chance < CHANCE and alike


def _without_unknown(values: np.ndarray) -> np.ndarray:
    return np.where(values == UNKNOWN, 0, values).astype(np.uint8)


def _counted(values: Sequence[int]) -> int:
    """Return up to which number a mask counts from 1 without a gap; 0 where it does not."""
    known = [value for value in values if value not in (0, UNKNOWN)]
    return len(known) if known == [*range(1, len(known) + 1)] else 0
