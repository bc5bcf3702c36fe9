"""Pictures of any size on one canvas, and what was found there back at the picture's own size."""

from typing import NamedTuple, Self

import cv2
import numpy as np

from common.exercises import exercise


class Placement(NamedTuple):
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
        canvas = (size, size) if isinstance(size, int) else (size[0], size[1])
        return cls((array.shape[0], array.shape[1]), canvas)


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


@exercise(points=15, minutes=35, difficulty=3, uses="OpenCV", lesson="Data")
def resize(array: np.ndarray, size: tuple[int, int], *, nearest: bool = False) -> np.ndarray:
    """Return an array (height, width, …) at another size, (height, width).

    `cv2.resize` computes it; which of its methods is right depends on the case:

    - Where a side gets smaller, a new pixel is the mean of what it covers
      (INTER_AREA). Whoever only looks at the nearest four pixels there misses
      things that are as thin as a wire.
    - Where a side gets larger, values are interpolated linearly (INTER_LINEAR).
      INTER_AREA averages nothing as soon as one of the sides grows: where one
      shrinks and the other grows, each is resized by itself.
    - With `nearest`, larger or smaller, each new pixel takes the value of the
      pixel that its middle lies in, and nothing is averaged: between class 1 and
      class 3 there is no class 2. INTER_NEAREST goes by the new pixel's corner
      instead, and shifts a mask against its picture; INTER_NEAREST_EXACT does not.

    The array is uint8, float32 or float64, and the answer is of the same dtype;
    what was computed is rounded to the nearest for uint8. The axes behind the
    first two stay: none, or one of any length. It may be 1, which OpenCV drops,
    or above the four channels that INTER_AREA takes at a time. The array that
    comes in is not changed, and the answer has memory of its own, at the same
    size too.

    >>> resize(np.array([[0, 10], [20, 30]], np.uint8), (1, 1)).tolist()
    [[15]]
    >>> resize(np.array([[1, 3, 3]], np.uint8), (1, 5), nearest=True).tolist()
    [[1, 1, 3, 3, 3]]
    >>> resize(np.zeros((100, 200, 1)), (30, 40)).shape
    (30, 40, 1)
    """
    if array.shape[:2] == tuple(size):
        return array.copy()
    steps: list[tuple[tuple[int, int], int]]
    if nearest:
        steps = [(size, cv2.INTER_NEAREST_EXACT)]
    else:
        smaller = (min(array.shape[0], size[0]), min(array.shape[1], size[1]))
        steps = [(smaller, cv2.INTER_AREA), (size, cv2.INTER_LINEAR)]
    layers = array.reshape(*array.shape[:2], -1)
    parts = [layers[..., k : k + 4] for k in range(0, layers.shape[2], 4)]
    for (height, width), method in steps:
        parts = [cv2.resize(part, (width, height), interpolation=method) for part in parts]
        parts = [part.reshape(height, width, -1) for part in parts]
    return np.concatenate(parts, axis=2).reshape(*size, *array.shape[2:])
