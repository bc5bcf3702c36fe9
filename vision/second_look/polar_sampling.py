"""A thing of a picture, unrolled along circles about its middle: **polar sampling**.

From the air there is no up, and a letter that is turned is another picture to a convolution. Along
circles about its middle a turned thing is the same thing, shifted:

    rings x angles        a turn of the thing shifts the angles, and what is left of them at one
    end comes in at the other

An exported run takes this file along, so it needs NumPy and OpenCV alone.

Source: Esteves et al., "Polar Transformer Networks" (2018), for circles in place of rows.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np

RINGS, ANGLES = 12, 32
REACH = 0.65
"""How far out the last ring lies, in widths of the thing: a little of its surroundings is seen."""
LEAST_WIDTH = 8.0
"""Pixels that a thing is taken to be wide at least."""
SHARP = 40.0
"""Pixels of width from which on a picture is made smaller first: circles would miss what lies
between them."""
FAINTEST = 1.0
"""Grey levels of deviation at least by which a view is scaled."""
DEPTHS = np.linspace(-0.5, 1, 64)
"""How far inside a picture the middle of a disc lies, in radii; 1: all of it is seen."""
SEGMENTS = np.pi / 2 + DEPTHS * np.sqrt(1 - DEPTHS**2) + np.arcsin(DEPTHS)
"""The area of what is seen of it, in squares of the radius."""
NEARNESS = (DEPTHS + 2 / 3 * (1 - DEPTHS**2) ** 1.5 / SEGMENTS) / np.sqrt(SEGMENTS)
"""How far from the edge the centroid of that lies, in roots of its area."""
CUT = 0.5
"""The nearness from which on a thing is whole: a square's that touches the edge with a side."""


class Cut(NamedTuple):
    """A thing with its surroundings, cut out of a picture.

    image: (height, width, 3) uint8. x, y: of its middle, and across: its width, in pixels of that.
    """

    image: np.ndarray
    x: float
    y: float
    across: float


def cut_out(image: np.ndarray, x: float, y: float, across: float) -> Cut:
    """Return what lies about a place (x, y) of a picture, as far as circles may reach, in pixels
    no finer than they need."""
    across = max(across, LEAST_WIDTH)
    left, top = max(int(x - across), 0), max(int(y - across), 0)
    part = image[top : int(y + across) + 2, left : int(x + across) + 2]
    x, y, scale = x - left, y - top, SHARP / across
    if scale < 1:
        tall, wide = (max(round(side * scale), 1) for side in part.shape[:2])
        part = cv2.resize(part, (wide, tall), interpolation=cv2.INTER_AREA)
        x, y, across = (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5, SHARP
    return Cut(np.ascontiguousarray(part), x, y, across)


def completed(x: float, y: float, area: float, size: tuple[int, ...]) -> tuple[float, float, float]:
    """Return the middle x, y and the width of a disc of which a picture of `size` (height, width)
    shows a part; x, y: the centroid of that part, in pixels, and area: its own.

    An edge that cuts a disc leaves a segment. The farther the disc lies outside, the nearer is the
    segment's centroid to the edge, for its area: so both tell where the disc's middle is. A thing
    that no edge cuts stays as it is.

    >>> left_half = np.argwhere(np.hypot(*np.mgrid[-30:31, 0:31]) <= 20)
    >>> y, x = left_half.mean(0) - (30, 0) + (50, 0)
    >>> [round(value) for value in completed(x, y, len(left_half), (100, 100))]
    [0, 50, 40]
    """
    height, width = size[:2]
    away = (x + 0.5, width - 0.5 - x, y + 0.5, height - 0.5 - y)
    edge = int(np.argmin(away))
    nearness = away[edge] / math.sqrt(area)
    if nearness >= CUT:
        return x, y, 2 * math.sqrt(area / math.pi)
    depth = float(np.interp(nearness, NEARNESS, DEPTHS))
    radius = math.sqrt(area / float(np.interp(depth, DEPTHS, SEGMENTS)))
    inside = depth * radius - 0.5
    if edge < 2:
        return (inside, width - 1 - inside)[edge], y, 2 * radius
    return x, (inside, height - 1 - inside)[edge - 2], 2 * radius


def sampled(cut: Cut, places: np.ndarray) -> np.ndarray:
    """Return the colours at some places about a thing's middle, (rows, columns, 3) uint8.

    At CIRCLES it is what the network sees. Beyond the picture's edge lies the mean colour of what
    is cut out: mirrored, half a plate would look like a whole one whose letter is as even as an H.

    places: (rows, columns, 2) float32, x and y in widths of the thing.

    >>> half = np.zeros((9, 5, 3), np.uint8)
    >>> half[:, 3:] = 50
    >>> sampled(cut_out(half, 4.0, 4.0, 8.0), np.array([[[0, 0], [0.5, 0]]], np.float32))[..., 0]
    array([[50, 20]], dtype=uint8)
    >>> disc = np.zeros((40, 40, 3), np.uint8)
    >>> _ = cv2.circle(disc, (20, 20), 10, (9, 9, 9), -1)
    >>> sampled(cut_out(disc, 20.0, 20.0, 20.0), CIRCLES)[:, 0, 0].tolist()
    [9, 9, 9, 9, 9, 9, 9, 9, 9, 6, 0, 0]
    """
    own = places * np.float32(cut.across) + np.array([cut.x, cut.y], np.float32)
    beyond, value = cv2.BORDER_CONSTANT, cv2.mean(cut.image)
    x, y = cv2.split(own)
    return cv2.remap(cut.image, x, y, cv2.INTER_LINEAR, borderMode=beyond, borderValue=value)


def _circles() -> np.ndarray:
    radius = REACH * (np.arange(RINGS) + 0.5) / RINGS
    angle = 2 * np.pi * np.arange(ANGLES) / ANGLES
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (radius[:, None, None] * directions).astype(np.float32)


CIRCLES = _circles()
"""(RINGS, ANGLES, 2): x and y, in widths of a thing."""
MIRRORED = -np.arange(ANGLES) % ANGLES
"""The angles of a mirrored thing, which is as likely: the mean of both is surer than one."""

LOOKS = np.stack(
    [CIRCLES * np.float32(1 + nearer) for nearer in (-0.06, 0.07)]
    + [
        CIRCLES + np.array(aside, np.float32)
        for aside in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05))
    ]
)
"""How a thing is looked at again: nearer, from farther off, and a little aside each way, for what
is marked is seldom all of it. Turned by a quarter, they are the same."""


def scaled(views: np.ndarray) -> np.ndarray:
    """Return views (n, RINGS, ANGLES, 3) as the network takes them, (n, 3, RINGS, ANGLES) float32:
    each by its own mean and deviation, one for all colours."""
    views = views.astype(np.float32).transpose(0, 3, 1, 2)
    views = views - views.mean((1, 2, 3), keepdims=True)
    return views / np.maximum(views.std((1, 2, 3), keepdims=True), FAINTEST)
