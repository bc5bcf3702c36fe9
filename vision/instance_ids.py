"""Whether the numbers in masks are rather objects, counted anew in each picture, than classes."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from vision.files import Checked

SAMPLE = 24
"""Masks in which objects are counted."""
FEWEST = 3
"""Numbers that one mask at least must hold."""
FEWEST_MASKS, COUNTS = 4, 3
"""Masks, and different numbers of things in them, below which classes may look so."""
ALONE = 0.9
"""Share of the numbers of which each is one thing in its mask."""
UNKNOWN = 255


def counted_objects(
    marked: Sequence[Checked], read: Callable[[int], np.ndarray]
) -> tuple[int, int] | None:
    """Return the fewest and the most numbers in a mask where these seem to count objects.

    They go from 1 up without a gap, in some masks farther than in others, and each of them is one
    connected thing in its mask. Classes are the same in all pictures, and stand in several places.

    Args:
        marked: What reading each mask has told.
        read: Gives the values of mask `row`, (height, width).

    Returns:
        None where they are classes, as far as one can see.
    """
    rows = [row for row, one in enumerate(marked) if one.marked]
    highest = [_counted(marked[row]) for row in rows]
    if len(rows) < FEWEST_MASKS or len(set(highest)) < COUNTS or max(highest) < FEWEST:
        return None
    if np.mean([number > 0 for number in highest]) < ALONE:
        return None
    some = np.unique(np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int))
    parts = [
        cv2.connectedComponents((values == number).astype(np.uint8))[0] - 1
        for values in (read(rows[place]) for place in some)
        for number in np.unique(values)
        if number not in (0, UNKNOWN)
    ]
    if np.mean(np.array(parts) == 1) < ALONE:
        return None
    return min(highest), max(highest)


def _counted(one: Checked) -> int:
    """Return up to which number a mask counts from 1 without a gap; 0 where it does not."""
    values = [value for value in one.values if value not in (0, UNKNOWN)]
    return len(values) if values == [*range(1, len(values) + 1)] else 0
