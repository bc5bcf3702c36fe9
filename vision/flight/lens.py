"""A camera's lens: from a pixel to the angles at which what it shows lies."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from common.errors import UserError

MOST_BYTES = 1 << 20
"""Of a calibration file: a real one has a few kilobytes."""
WIDEST = 170.0
"""Degrees of a field of view at most: without distortion, a plane picture ends at 180."""
KEYS = ("image_width", "image_height", "camera_matrix", "distortion_coefficients")


@dataclass(frozen=True)
class Lens:
    """A pinhole camera with OpenCV's distortion.

    size: (height, width) in pixels of the frames that it is of. matrix: (3, 3), focal lengths and
    principal point in pixels. distortion: OpenCV's coefficients, empty where there is none.
    """

    size: tuple[int, int]
    matrix: np.ndarray
    distortion: np.ndarray

    @classmethod
    def of_view(cls, degrees: float, size: tuple[int, int]) -> Self:
        """Return a lens without distortion whose picture is `degrees` wide from left to right.

        >>> lens = Lens.of_view(90, (100, 200))
        >>> lens.angles(199.5, 49.5)  # the right edge, at half the height
        (0.785..., 0.0)
        """
        height, width = size
        focal = width / 2 / math.tan(math.radians(degrees) / 2)
        matrix = np.array(
            [[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]], np.float64
        )
        return cls(size, matrix, np.zeros(0))

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read a calibration as OpenCV writes it: YAML, XML or JSON with `image_width`,
        `image_height`, `camera_matrix` and `distortion_coefficients`.

        Raises:
            UserError: there is no such file, or it holds something else.
        """
        path = Path(path)
        if not path.is_file():
            raise UserError(f"{path}: no such file")
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"{path}: too large for a calibration")
        wrong = UserError(
            f"{path}: not a calibration by OpenCV, expected YAML, XML or JSON with "
            f"{', '.join(KEYS)}"
        )
        try:
            text = path.read_text(encoding="utf-8")
            storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
            width, height = (int(storage.getNode(key).real()) for key in KEYS[:2])
            matrix, distortion = (storage.getNode(key).mat() for key in KEYS[2:])
        except (cv2.error, UnicodeDecodeError, ValueError, OverflowError, SystemError):
            raise wrong from None
        if matrix is None or matrix.shape != (3, 3) or not (width > 0 and height > 0):
            raise wrong
        distortion = np.zeros(0) if distortion is None else distortion.ravel()
        lens = cls((height, width), np.asarray(matrix, np.float64), np.asarray(distortion, float))
        focal, middle = lens.matrix[[0, 1], [0, 1]], lens.matrix[:2, 2]
        plausible = (
            np.isfinite(lens.matrix).all()
            and np.isfinite(lens.distortion).all()
            and len(lens.distortion) in (0, 4, 5, 8, 12, 14)
            and (focal > 0).all()
            and (middle > 0).all()
            and (middle < (width, height)).all()
        )
        if not plausible:
            raise wrong
        return lens

    def fitted(self, size: tuple[int, int]) -> Self:
        """Return this lens for frames (height, width) of another size.

        A frame of the same proportions is the whole picture made smaller or larger. What another
        one shows of it, nobody knows.

        Raises:
            UserError: the proportions differ.
        """
        if size == self.size:
            return self
        (height, width), (tall, wide) = self.size, size
        if abs(wide * height - tall * width) > max(width, height, wide, tall):
            raise UserError(
                f"the calibration is of {width}x{height} pixels, the frames are {wide}x{tall}: "
                "calibrate at the size, or the proportions, that the camera flies with"
            )
        across, down = wide / width, tall / height
        # The middle of the first pixel is (0, 0), so its corner is at (-0.5, -0.5).
        scale = np.array(
            [[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]], np.float64
        )
        return type(self)(size, scale @ self.matrix, self.distortion)

    def slopes(self, x: float, y: float) -> tuple[float, float]:
        """Return (right, down) of the ray through a pixel, for 1 ahead, distortion taken out."""
        coefficients = self.distortion if len(self.distortion) else None
        point = cv2.undistortPoints(np.array([[[x, y]]], np.float64), self.matrix, coefficients)
        return float(point[0, 0, 0]), float(point[0, 0, 1])

    def angles(self, x: float, y: float) -> tuple[float, float]:
        """Return (angle_x, angle_y) of a pixel in radians: to the right of the picture's middle,
        and below it."""
        right, down = self.slopes(x, y)
        return math.atan(right), math.atan(down)

    def in_slopes(self, motion: np.ndarray) -> np.ndarray:
        """Return a map (2, 3) from pixels to pixels as one from slopes to slopes; what distortion
        does to a motion from frame to frame is left out.

        >>> lens = Lens.of_view(90, (100, 200))
        >>> lens.in_slopes(np.array([[1.0, 0, 10], [0, 1.0, 0]]))[:, 2].round(9)  # f is 100
        array([0.1, 0. ])
        """
        whole = np.vstack([motion, (0, 0, 1)])
        return (np.linalg.inv(self.matrix) @ whole @ self.matrix)[:2]

    @property
    def half_view(self) -> tuple[float, float]:
        """Slopes from the middle of a frame to its right edge and to its lower one, distortion left
        out."""
        height, width = self.size
        return width / 2 / float(self.matrix[0, 0]), height / 2 / float(self.matrix[1, 1])
