"""Pictures of any size on one canvas, and what was found there back at the picture's own size."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np


@dataclass(frozen=True)
class Placement:
    """Where on a canvas a picture lies: as large as fits, in the middle, proportions kept.

    picture, canvas: (height, width) in pixels.

    >>> Placement((100, 200), (256, 256)).inner
    (128, 256)
    """

    picture: tuple[int, int]
    canvas: tuple[int, int]

    @property
    def inner(self) -> tuple[int, int]:
        """(height, width) of the picture on the canvas; no side is ever less than a pixel."""
        scale = min(whole / part for whole, part in zip(self.canvas, self.picture, strict=True))
        height, width = (
            min(max(round(part * scale), 1), whole)
            for part, whole in zip(self.picture, self.canvas, strict=True)
        )
        return height, width

    @property
    def corner(self) -> tuple[int, int]:
        """(row, column) of the picture's first pixel on the canvas."""
        top, left = (whole - part for whole, part in zip(self.canvas, self.inner, strict=True))
        return top // 2, left // 2

    def apply(self, array: np.ndarray, *, nearest: bool = False, fill: int = 0) -> np.ndarray:
        """Return the canvas (height, width, …) for an array of the picture's size.

        nearest: for class ids, between which there is nothing. fill: what stands around.
        """
        if array.shape[:2] != self.picture:
            raise ValueError(f"an array {array.shape[:2]} for a picture {self.picture}")
        canvas = np.full((*self.canvas, *array.shape[2:]), fill, array.dtype)
        (top, left), (height, width) = self.corner, self.inner
        canvas[top : top + height, left : left + width] = resize(array, self.inner, nearest=nearest)
        return canvas

    def back(self, canvas: np.ndarray, *, nearest: bool = False) -> np.ndarray:
        """Return what lies on the canvas (height, width, …) at the picture's own size.

        Probabilities come back by bilinear interpolation, class ids with `nearest`.
        """
        if canvas.shape[:2] != self.canvas:
            raise ValueError(f"an array {canvas.shape[:2]} for a canvas {self.canvas}")
        (top, left), (height, width) = self.corner, self.inner
        part = canvas[top : top + height, left : left + width]
        return resize(part, self.picture, nearest=nearest)

    @classmethod
    def of(cls, array: np.ndarray, size: int | tuple[int, int]) -> Self:
        """Return the placement of a picture on a canvas: a square's side, or (height, width)."""
        canvas = (size, size) if isinstance(size, int) else tuple(size)
        return cls(array.shape[:2], canvas)


def letterbox(image: np.ndarray, size: int | tuple[int, int]) -> tuple[np.ndarray, Placement]:
    """Return a picture (height, width, …) on a canvas, black around it, and where it lies there.

    size: the canvas, a square's side or (height, width). The mask of the same picture is placed
    with `Placement.apply(mask, nearest=True)`.

    >>> canvas, placement = letterbox(np.full((100, 200, 3), 255, np.uint8), 256)
    >>> canvas.shape, placement.corner, placement.back(canvas).shape
    ((256, 256, 3), (64, 0), (100, 200, 3))
    """
    placement = Placement.of(image, size)
    return placement.apply(image), placement


def resize(array: np.ndarray, size: tuple[int, int], *, nearest: bool = False) -> np.ndarray:
    """Return an array (height, width, …) at another (height, width).

    Made smaller, a pixel is the mean of what it covers; made larger, values are interpolated.
    """
    if array.shape[:2] == tuple(size):
        return array.copy()
    height, width = size
    if nearest:
        method = cv2.INTER_NEAREST_EXACT
    elif height < array.shape[0] or width < array.shape[1]:
        method = cv2.INTER_AREA
    else:
        method = cv2.INTER_LINEAR
    resized = cv2.resize(np.ascontiguousarray(array), (width, height), interpolation=method)
    return resized.reshape(height, width, *array.shape[2:])
