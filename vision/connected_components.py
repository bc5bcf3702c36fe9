"""Connected components: the objects of a mask, counted and measured with OpenCV."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.loss import IGNORE_INDEX
from vision.nested_regions import occupied


@dataclass(frozen=True)
class Component:
    """One object in a mask: a connected component.

    Attributes:
        label: its class id.
        centre: its centroid (x, y) in pixels, from the middle of the top left one.
        area: in pixels.
        box: (left, top, width, height) in pixels; zeros where nobody measured it.
        found: whether it has a counterpart in another mask; see `vision.metrics`.
    """

    label: int
    centre: tuple[float, float]
    area: int
    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    found: bool = False


def connected_components(
    mask: np.ndarray, *, min_area: int = 1
) -> tuple[list[Component], np.ndarray]:
    """Return the objects of a mask of class ids (height, width), and a map of their numbers.

    An object is a connected component of one class: pixels that touch at a side or a corner
    (8-connectivity). The map holds 0 for the background and i + 1 for the object i of the list.
    Objects of fewer than `min_area` pixels, and pixels that nobody knows, are left out of both.

    Counterpart in the field: scipy.ndimage.label.

    >>> components, numbers = connected_components(np.array([[1, 1, 0, 2], [0, 0, 0, 2]], np.uint8))
    >>> [(one.label, one.centre, one.area) for one in components]
    [(1, (0.5, 0.0), 2), (2, (3.0, 0.5), 2)]
    >>> components[1].box
    (3, 0, 1, 2)
    >>> numbers.tolist()
    [[1, 1, 0, 2], [0, 0, 0, 2]]
    """
    components: list[Component] = []
    numbers = np.zeros(mask.shape, np.int32)
    rows, columns = occupied(mask)
    part_of_mask = mask[rows, columns]
    for label in np.unique(part_of_mask[(part_of_mask != 0) & (part_of_mask != IGNORE_INDEX)]):
        own = np.ascontiguousarray(part_of_mask == label, dtype=np.uint8)
        count, parts, stats, centres = cv2.connectedComponentsWithStats(own, connectivity=8)
        new = np.zeros(count, np.int32)
        for part in range(1, count):
            area = int(stats[part, cv2.CC_STAT_AREA])
            if area >= min_area:
                # The sum of the places is whole: so the centre is that of the whole, to the bit.
                x, y = (
                    (round(at * area) + start * area) / area
                    for at, start in zip(centres[part], (columns.start, rows.start), strict=True)
                )
                left, top, width, height = stats[part, : cv2.CC_STAT_AREA].tolist()
                box = (left + columns.start, top + rows.start, width, height)
                components.append(Component(int(label), (x, y), area, box))
                new[part] = len(components)
        numbers[rows, columns] += new[parts]
    return components, numbers
