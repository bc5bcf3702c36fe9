"""Masks drawn over pictures, so that both can be seen: a line in colour around, and a black one.

Nothing is tinted: what was marked keeps its own colours. Beside black there is no ground on which
a light line cannot be seen, and beside a light one none on which a black one cannot.
"""

import cv2
import numpy as np

COLOURS = np.array(
    [(255, 225, 0), (0, 220, 255), (255, 90, 220), (110, 255, 80), (255, 150, 60), (180, 150, 255)],
    np.uint8,
)
"""Light colours, one for each class but the background, from the start again where there are more.
RGB."""


def overlay(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return a copy of a picture (h, w, 3) uint8 RGB with a mask (h, w) of class ids drawn over it.

    255, what nobody knows, is left as it is.

    >>> image, mask = np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.uint8)
    >>> mask[3:6, 3:6] = 1
    >>> drawn = overlay(image, mask)
    >>> drawn[4, 4].tolist(), drawn[4, 2].tolist(), image.max()
    ([0, 0, 0], [255, 225, 0], np.uint8(0))
    """
    drawn = image.copy()
    width = max(1, round(min(mask.shape) / 250))
    frame = np.ones(mask.shape, np.uint8)  # where an object goes on beyond it, the line is inside
    frame[width:-width, width:-width] = 0
    for label in np.unique(mask[(mask != 0) & (mask != 255)]):
        own = (mask == label).astype(np.uint8)
        # Outside the object: what was found may be a few pixels, and ought to be seen itself.
        line, shade = _grown(own, width), _grown(own, width + max(1, width // 2))
        drawn[shade > line] = 0
        drawn[(line > own) | (own & frame > 0)] = COLOURS[(int(label) - 1) % len(COLOURS)]
    return drawn


def _grown(own: np.ndarray, width: int) -> np.ndarray:
    return cv2.dilate(own, np.ones((2 * width + 1, 2 * width + 1), np.uint8))


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
