"""Areas within areas: what two things that touch are above a low probability, and each above a
higher one.

Above one threshold a pad and the ground beside it are one area, above another a worn pad falls into
pieces. So areas above several are judged, and of those that lie in each other the likeliest counts.

An exported run takes this file along, so it needs NumPy and OpenCV alone.

Source: Matas and others, "Robust Wide Baseline Stereo from Maximally Stable Extremal Regions"
(2002), for areas of all thresholds as one tree.
"""

from typing import NamedTuple

import cv2
import numpy as np

LEVELS = (0.5, 0.7)
"""Probabilities above which what is marked is judged anew."""
SAME = 0.9
"""Share of an area's pixels from which on one within it is the same."""


class Areas(NamedTuple):
    """Areas of a picture, those above a higher level behind those in which they lie.

    parts: of each level a map (height, width) of numbers, 0 for none. level, number: (n,) where an
    area is found in them. pixels: (n,) how large it is. centres: (n, 2), x and y. likely: (n,) the
    mean probability of its pixels. parent: (n,) the area in which it lies, -1 for none.
    """

    parts: list[np.ndarray]
    level: np.ndarray
    number: np.ndarray
    pixels: np.ndarray
    centres: np.ndarray
    likely: np.ndarray
    parent: np.ndarray


def occupied(mask: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and columns around all that is not background.

    What is small in a large picture is looked at in a fraction of the time. Both begin at an even
    number: OpenCV looks at 2×2 pixels, and so numbers the parts as it would those of the whole.

    >>> occupied(np.pad(np.ones((2, 1), np.uint8), 3))
    (slice(2, 5, None), slice(2, 4, None))
    """
    left, top, width, height = cv2.boundingRect(np.ascontiguousarray(mask != 0).view(np.uint8))
    return slice(top - top % 2, top + height), slice(left - left % 2, left + width)


def nested_areas(mask: np.ndarray, likely: np.ndarray, smallest: int = 1) -> Areas:
    """Return the areas of a mask and those within them above `LEVELS`.

    mask: (height, width) uint8, 0 or 1. likely: (height, width), the probability of each pixel.
    smallest: pixels of an area, at least.

    >>> two = np.array([[0.9, 0.9, 0.4, 0.9, 0.9]])
    >>> areas = nested_areas(np.ones((1, 5), np.uint8), two)
    >>> areas.pixels.tolist(), areas.parent.tolist()
    ([5, 2, 2], [-1, 0, 0])
    """
    parts: list[np.ndarray] = []
    rows: list[tuple[float, ...]] = []
    within: dict[int, int] = {}
    for level, above in enumerate((0.0, *LEVELS)):
        own = mask if level == 0 else (mask > 0) & (likely > above)
        _, numbers, stats, centres = cv2.connectedComponentsWithStats(
            np.ascontiguousarray(own, np.uint8), connectivity=8
        )
        sums = np.bincount(numbers.ravel(), weights=likely.ravel(), minlength=len(stats))
        here: dict[int, int] = {}
        for number in range(1, len(stats)):
            left, top, wide, _, pixels = stats[number].tolist()
            if pixels < smallest:
                continue
            parent = -1
            if level:
                column = left + int(np.argmax(numbers[top, left : left + wide] == number))
                parent = within[int(parts[-1][top, column])]
                if pixels > SAME * rows[parent][2]:
                    here[number] = parent
                    continue
            here[number] = len(rows)
            rows.append((level, number, pixels, *centres[number], sums[number] / pixels, parent))
        parts.append(numbers)
        within = here
    table = np.array(rows, np.float64).reshape(-1, 7)
    whole = table.astype(int)
    centres, sure = table[:, 3:5], table[:, 5]
    return Areas(parts, whole[:, 0], whole[:, 1], whole[:, 2], centres, sure, whole[:, 6])


def likeliest(parent: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Return which areas count, (n,) bool: of those that lie in each other the likeliest, of
    several as likely the outer one.

    parent: as of `Areas`. judged: (n,) how likely each is.

    >>> likeliest(np.array([-1, 0, 0]), np.array([0.5, 0.9, 0.2])).tolist()
    [False, True, True]
    """
    inner: dict[int, list[int]] = {}
    for one, outer in enumerate(parent.tolist()):
        inner.setdefault(outer, []).append(one)
    kept, gone = np.zeros(len(parent), bool), np.zeros(len(parent), bool)
    for one in np.argsort(-judged, kind="stable").tolist():
        if gone[one]:
            continue
        kept[one] = True
        outer = int(parent[one])
        while outer >= 0:
            gone[outer], outer = True, int(parent[outer])
        left = inner.get(one, [])[:]
        while left:
            other = left.pop()
            gone[other] = True
            left += inner.get(other, [])
    return kept
