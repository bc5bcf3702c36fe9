"""The objects of a mask: connected areas of one class, counted and measured with OpenCV."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.pixel_loss import IGNORE


@dataclass(frozen=True)
class Thing:
    """One object in a mask.

    centre: (x, y) in pixels from the middle of the top left one. area: in pixels.
    """

    label: int
    centre: tuple[float, float]
    area: int
    found: bool = False


def objects(mask: np.ndarray, *, smallest: int = 1) -> tuple[list[Thing], np.ndarray]:
    """Return the objects of a mask of class ids (height, width), and a map of their numbers.

    The map holds 0 for the background and i + 1 for the object i of the list. Objects of fewer
    than `smallest` pixels are left out of both.

    >>> things, numbers = objects(np.array([[1, 1, 0, 2], [0, 0, 0, 2]], np.uint8))
    >>> [(thing.label, thing.centre, thing.area) for thing in things]
    [(1, (0.5, 0.0), 2), (2, (3.0, 0.5), 2)]
    >>> numbers.tolist()
    [[1, 1, 0, 2], [0, 0, 0, 2]]
    """
    things: list[Thing] = []
    numbers = np.zeros(mask.shape, np.int32)
    for label in np.unique(mask[(mask != 0) & (mask != IGNORE)]):
        own = np.ascontiguousarray(mask == label, dtype=np.uint8)
        count, parts, stats, centres = cv2.connectedComponentsWithStats(own, connectivity=8)
        new = np.zeros(count, np.int32)
        for part in range(1, count):
            area = int(stats[part, cv2.CC_STAT_AREA])
            if area >= smallest:
                x, y = centres[part]
                things.append(Thing(int(label), (float(x), float(y)), area))
                new[part] = len(things)
        numbers += new[parts]
    return things, numbers
