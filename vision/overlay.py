"""Masks drawn over pictures, so that both can be seen: a tint inside, a line around."""

import cv2
import numpy as np

COLOURS = np.array(
    [(255, 0, 160), (0, 200, 255), (255, 210, 0), (90, 255, 60), (255, 110, 30), (150, 120, 255)],
    np.uint8,
)
"""Colours that land does not have, one for each class but the background, from the start again
where there are more. RGB."""
TINT = 0.35


def overlay(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return a copy of a picture (h, w, 3) uint8 RGB with a mask (h, w) of class ids drawn over it.

    255, what nobody knows, is left as it is.

    >>> image, mask = np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.uint8)
    >>> mask[3:6, 3:6] = 1
    >>> drawn = overlay(image, mask)
    >>> drawn[4, 4].tolist(), drawn[0, 0].tolist(), image.max()
    ([89, 0, 56], [0, 0, 0], np.uint8(0))
    """
    drawn = image.copy()
    width = max(1, round(min(mask.shape) / 250))
    for label in np.unique(mask[(mask != 0) & (mask != 255)]):
        colour = COLOURS[(int(label) - 1) % len(COLOURS)]
        own = mask == label
        drawn[own] = (drawn[own] * (1 - TINT) + colour * TINT).astype(np.uint8)
        lines, _ = cv2.findContours(
            own.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE, offset=(0, 0)
        )
        around = np.zeros(mask.shape, np.uint8)
        cv2.drawContours(around, lines, -1, 1, width)
        # Outside the object: what was found is a few pixels, and ought to be seen itself.
        drawn[(cv2.dilate(around, np.ones((3, 3), np.uint8)) > 0) & ~own] = colour
    return drawn


def contact_sheet(pictures: list[np.ndarray], columns: int, *, gap: int = 4) -> np.ndarray:
    """Lay pictures of one size side by side, row by row, on white.

    >>> contact_sheet([np.zeros((10, 20, 3), np.uint8)] * 3, 2).shape
    (24, 44, 3)
    """
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    columns = min(columns, len(pictures))
    whole = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * (height + gap), place % columns * (width + gap)
        whole[top : top + height, left : left + width] = picture
    return whole
