"""How the ground moved from one frame to the next, told by the pictures alone.

A pad that fills the frame shows no edge, and no network can say where its middle is. But the ground
under a camera moves as one from frame to frame, so that a place that was seen is followed, and the
things of the last frame are known again however the vehicle swings (**image registration**).

First a few corners are followed (**optical flow**); where there are too few of them, as on a pad
close by or at dusk, all pixels are laid over each other.

Source: Lucas and Kanade, "An Iterative Image Registration Technique" (1981); Shi and Tomasi, "Good
Features to Track" (1994); Evangelidis and Psarakis, "Parametric Image Alignment Using Enhanced
Correlation Coefficient Maximization" (2008), all of them in OpenCV.
"""

from collections.abc import Sequence

import cv2
import numpy as np

LARGE = 320
"""Pixels of a frame's longer side, from which on it is made smaller first."""
CORNERS, APART = 120, 7
"""Corners that are followed, at most, and pixels between two of them, at least."""
WINDOW, LEVELS = (15, 15), 3
SMOOTH = 1.2
"""Pixels by which a frame is blurred first: a sensor's noise has corners too."""
ASTRAY = 1.5
"""Pixels that a corner may lie beside where the others say."""
FEWEST, SHARE = 12, 0.5
"""Corners, and what share of them, that have to agree."""
SMALL, BLUR, ROUNDS = 96, 1.5, 20
"""Side of the pictures that are laid over each other, by how much they are blurred, and how often
it is tried to lay them better."""
ALIKE = 0.9
"""Correlation that they have to reach."""
LARGEST = 1.5
"""Times that the ground may have grown from one frame to the next, or shrunk."""


class Registration:
    """Lays each frame over the one before."""

    def __init__(self) -> None:
        self.last: np.ndarray | None = None

    def motion(self, image: np.ndarray) -> np.ndarray | None:
        """Return where the last frame's pixels lie in this one, a matrix (2, 3).

        image: (height, width, 3) uint8 RGB. None where there was no frame before, or where the two
        cannot be laid over each other.
        """
        size = image.shape[:2]
        image = shrunk(image, LARGE)
        last, self.last = self.last, image
        if last is None or last.shape != image.shape:
            return None
        channel = int(np.argmax(last.std((0, 1))))  # orange on grey is of one brightness
        first, second = (np.ascontiguousarray(one[..., channel]) for one in (last, image))
        matrix = by_corners(first, second)
        if matrix is None:
            matrix = by_pixels(first, second)
        if matrix is None or not 1 / LARGEST < abs(np.linalg.det(matrix[:, :2])) ** 0.5 < LARGEST:
            return None
        return enlarged(matrix, image.shape[:2], size)


def shrunk(image: np.ndarray, most: int) -> np.ndarray:
    """Return a picture whose longer side has at most so many pixels."""
    height, width = image.shape[:2]
    scale = most / max(height, width)
    if scale >= 1:
        return image
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def enlarged(matrix: np.ndarray, small: Sequence[int], size: Sequence[int]) -> np.ndarray:
    """Return a map (2, 3) between pixels of small pictures as one between those of large ones;
    sizes: (height, width).

    >>> enlarged(np.array([[1.0, 0, 3], [0, 1.0, 0]]), (50, 50), (100, 100))[:, 2].tolist()
    [6.0, 0.0]
    """
    across = np.array([size[1] / small[1], size[0] / small[0]])
    middle = (across - 1) / 2  # of the first small pixel, in pixels of the large picture
    result = np.empty((2, 3))
    result[:, :2] = across[:, None] * matrix[:, :2] / across
    result[:, 2] = across * matrix[:, 2] + middle - result[:, :2] @ middle
    return result


def by_corners(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """Return where the pixels of one picture (height, width) uint8 lie in another, as corners say:
    moved, turned and scaled, (2, 3)."""
    first, second = (cv2.GaussianBlur(one, (0, 0), SMOOTH) for one in (first, second))
    corners = cv2.goodFeaturesToTrack(first, CORNERS, 0.01, APART)
    if corners is None or len(corners) < FEWEST:
        return None
    there, seen, _ = _followed(first, second, corners)
    back, again, _ = _followed(second, first, there)
    sound = (seen[:, 0] > 0) & (again[:, 0] > 0)
    sound &= np.linalg.norm((back - corners)[:, 0], axis=1) < ASTRAY
    if sound.sum() < FEWEST:
        return None
    matrix, agree = cv2.estimateAffinePartial2D(
        corners[sound], there[sound], method=cv2.RANSAC, ransacReprojThreshold=ASTRAY
    )
    if matrix is None or agree.sum() < max(FEWEST, SHARE * len(corners)):
        return None
    return matrix


def _followed(first: np.ndarray, second: np.ndarray, corners: np.ndarray) -> tuple:
    found = np.empty_like(corners)
    return cv2.calcOpticalFlowPyrLK(first, second, corners, found, winSize=WINDOW, maxLevel=LEVELS)


def by_pixels(first: np.ndarray, second: np.ndarray) -> np.ndarray | None:
    """Return the same as all pixels say, in pictures made small; (2, 3), affine."""
    size = first.shape
    first, second = (cv2.GaussianBlur(shrunk(one, SMALL), (0, 0), BLUR) for one in (first, second))
    least = np.eye(2, 3, dtype=np.float32)
    ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ROUNDS, 1e-3)
    try:
        alike, found = cv2.findTransformECC(first, second, least, cv2.MOTION_AFFINE, ends)
    except cv2.error:  # it did not converge
        return None
    if alike < ALIKE:
        return None
    return enlarged(found, first.shape, size)
