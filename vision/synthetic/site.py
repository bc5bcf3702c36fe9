"""A place to land at, seen from any pose: from 60 metres down to a few decimetres.

The same land is drawn several times, each time a smaller square around the pad with as many pixels.
A frame is put together from those that are about as fine as it is.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from vision.synthetic.camera import about
from vision.synthetic.canvas import Canvas, grain
from vision.synthetic.world import VIEW, furnish

METRES = 260.0
"""Width of the land: at 60 metres, tilted and aside, a frame still ends within it."""
FINEST = 3.0
"""Metres of the smallest square that is drawn; between two of them lies a factor of `STEP`."""
STEP = 3.0
SIDE = 900
ACROSS = (1.8, 3.6)
"""Metres of a pad: those that people unfold for a quadcopter are at the lower end."""
LOOKALIKES = 7
COARSE = 1.7
"""Pixels of a drawing to one of the frame at most; of a finer one, the frame would show specks."""


class Pose(NamedTuple):
    """Where a camera is and how it is turned: metres from the pad, metres above ground, radians.

    north, east: of the land. roll, pitch, yaw: of a camera that looks straight down where roll and
    pitch are 0; the top of its picture is where a vehicle's nose is. Positive roll lowers the
    right, positive pitch raises the nose, positive yaw turns it from north to east.
    """

    north: float
    east: float
    height: float
    roll: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0

    def rotation(self) -> np.ndarray:
        """Return the matrix (3, 3) that turns forward, right, down into north, east, down.

        >>> Pose(0, 0, 9, yaw=np.pi / 2).rotation().round(9)[:, 0].tolist()  # the nose is east
        [0.0, 1.0, 0.0]
        """
        return about(2, self.yaw) @ about(1, -self.pitch) @ about(0, self.roll)


class Layer(NamedTuple):
    """A drawing of the middle of the land: ground (side, side, 3), the pad (side, side), both
    uint8, and its pixels to a metre."""

    ground: np.ndarray
    pad: np.ndarray
    scale: float


@dataclass(frozen=True)
class Site:
    """A land around a pad, or without one.

    layers: its drawings, the widest first. outline: (n, 2) metres, the pad's edge, x to the east
    and y to the south; empty where there is none. across: metres of the pad's diameter.
    lookalikes: (n, 3) metres, x, y and the width of each.
    """

    layers: tuple[Layer, ...]
    outline: np.ndarray
    across: float
    lookalikes: np.ndarray

    def look(self, pose: Pose, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the ground (size, size, 3) uint8 RGB that a camera sees, and where the pad is
        open in it, (size, size) uint8, 0 or 1."""
        to_ground = homography(pose, size)
        fine = COARSE * size / (VIEW * pose.height)
        layers = [layer for layer in self.layers if layer.scale <= fine] or [self.layers[0]]
        corners = np.array([[[0, 0], [size, 0], [size, size], [0, size]]], np.float64)
        reach = np.abs(cv2.perspectiveTransform(corners, to_ground)).max()
        whole = [k for k, layer in enumerate(layers) if reach < _half(layer)]
        ground = np.zeros((size, size, 3), np.uint8)
        pad = np.zeros((size, size), np.uint8)
        first = whole[-1] if whole else 0
        for layer in layers[first:]:
            middle = len(layer.ground) / 2 - 0.5
            scaled = np.array([[layer.scale, 0, middle], [0, layer.scale, middle], [0, 0, 1]])
            border = cv2.BORDER_REFLECT_101 if layer is layers[first] else cv2.BORDER_TRANSPARENT
            ground = _warped(layer.ground, scaled @ to_ground, ground, border)
            if border == cv2.BORDER_REFLECT_101:
                border = cv2.BORDER_CONSTANT
            pad = _warped(layer.pad, scaled @ to_ground, pad, border)
        return ground, (pad > 127).astype(np.uint8)


def _half(layer: Layer) -> float:
    return (len(layer.ground) / 2 - 1) / layer.scale


def _warped(layer: np.ndarray, matrix: np.ndarray, onto: np.ndarray, border: int) -> np.ndarray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (onto.shape[1], onto.shape[0])
    return cv2.warpPerspective(layer, matrix, size, onto, flags=flags, borderMode=border)


def homography(pose: Pose, size: int, view: float = VIEW) -> np.ndarray:
    """Return the map (3, 3) from pixels of a square frame to metres on the ground, x east, y south.

    A pixel's ray (forward, right, down) is turned by the pose and followed to the ground.
    """
    focal, middle = size / view, (size - 1) / 2
    rays = np.array([[0, -1, middle], [1, 0, -middle], [0, 0, focal]]) / focal
    fall = np.array(
        [
            [0, pose.height, pose.east],
            [-pose.height, 0, -pose.north],
            [0, 0, 1],
        ]
    )
    return fall @ pose.rotation() @ rays


def make_site(
    seed: int, *, pad: bool = True, side: int = SIDE, lookalikes: int = LOOKALIKES
) -> Site:
    """Draw a land with a pad in its middle, or with none; look-alikes lie around, so many of them
    near by, as far as there is room.

    >>> site = make_site(0, side=120)
    >>> ground, pad = site.look(Pose(0, 0, 5), 64)
    >>> ground.shape, bool(pad[32, 32]), bool(pad[0, 0])
    ((64, 64, 3), True, False)
    """
    first = np.random.default_rng([seed, 7])
    across = float(first.uniform(*ACROSS))
    bearing, elevation = first.uniform(0, 2 * np.pi), first.uniform(0.6, 1.2)
    sun = np.array([np.cos(bearing), np.sin(bearing)]) / np.tan(elevation)
    shade = float(first.uniform(0.3, 0.6))
    layers: list[Layer] = []
    window = METRES
    while window > 0.9 * FINEST:
        rng = np.random.default_rng([seed, 8])
        canvas = Canvas(side, METRES, sun=sun, shade=shade, window=window, texture=seed)
        drawn = furnish(canvas, rng, across, pad=pad, near=lookalikes)
        canvas.brighten(0.02 * grain(rng, side) + 0.03 * canvas.detail())
        layers += _with_half(Layer(canvas.image, drawn.pad, canvas.scale))
        window /= STEP
    layers.sort(key=lambda layer: layer.scale)
    return Site(tuple(layers), drawn.outline, across, drawn.lookalikes)


def _with_half(layer: Layer) -> list[Layer]:
    """Return a drawing and the same at half the size: what is made smaller by more shows specks."""
    half = len(layer.ground) // 2
    ground, pad = (cv2.resize(one, (half, half), interpolation=cv2.INTER_AREA) for one in layer[:2])
    return [Layer(ground, pad, layer.scale * half / len(layer.ground)), layer]
