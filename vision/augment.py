"""Chance for the training part: the same land seen from elsewhere, in another light.

Picture and mask go through one affine map, the mask by the nearest pixel, so that its class ids
stay class ids. Light, colour, blur and noise change the picture alone, as far as it has contrast: a
step of twenty is another cloud over a bright field, and all there is in a dark microscope slide.
"""

import math

import cv2
import numpy as np

from vision.loss import IGNORE_INDEX

SCALE = 1.3
SHIFT = 0.1
BRIGHTNESS = 0.5
NOISE = 0.02, 0.16
"""Both in standard deviations of the picture's own brightness."""
QUANTILES = 256
GREY = np.full((3, 3), 1 / 3)
"""What of a colour is grey, as a matrix."""
OFF_GREY, ACROSS = np.eye(3) - GREY, np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
"""What sets it off from that, and the same turned by a quarter about the axis of greys."""


def augment(
    image: np.ndarray, mask: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return a random variant of a picture (h, w, 3) uint8 RGB and its mask (h, w) uint8.

    Turned by any angle, for from the air there is no up; mirrored; 1.3 times larger or smaller;
    shifted by a tenth of a side. What comes in at the edge is the picture mirrored, its mask too.
    Pixels that nobody knows (255 in the mask) do not count as the picture's brightness.
    Both arguments stay as they are, and the same generator gives the same variant.

    >>> image, mask = np.zeros((64, 64, 3), np.uint8), np.eye(64, dtype=np.uint8)
    >>> changed, ids = augment(image, mask, np.random.default_rng(0))
    >>> changed.shape, ids.shape, np.unique(ids).tolist()
    ((64, 64, 3), (64, 64), [0, 1])
    """
    height, width = mask.shape
    return seen_through(image, mask, affine(height, width, rng), (width, height), rng)


def seen_through(
    image: np.ndarray,
    mask: np.ndarray,
    matrix: np.ndarray,
    size: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Return picture and mask through a map (2, 3) of pixels, `size` (width, height) of them, the
    picture in random light."""
    border = cv2.BORDER_REFLECT_101
    image = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
    mask = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_NEAREST, borderMode=border)
    return relit(image, _brightness(image, mask), rng), mask


def relit(
    image: np.ndarray, brightness: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    """Return a picture in random light, blurred or noisy; brightness: its mean and deviation."""
    mean, deviation = brightness
    image = cv2.transform(image, _colours(mean, deviation, rng))
    if rng.random() < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.2))
    if rng.random() < 0.5:
        image = _noisy(image, deviation * rng.uniform(*NOISE), rng)
    return image


def affine(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Return a random turn, mirroring, scale and shift about the middle, (2, 3)."""
    angle, mirror = rng.uniform(0, 2 * math.pi), rng.choice((-1.0, 1.0))
    scale = SCALE ** rng.uniform(-1, 1)
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    x, y = (width - 1) / 2, (height - 1) / 2
    aside, down = rng.uniform(-SHIFT, SHIFT, 2).tolist()
    left = x - (cosine * mirror * x - sine * y) + aside * width
    top = y - (sine * mirror * x + cosine * y) + down * height
    return np.array([[cosine * mirror, -sine, left], [sine * mirror, cosine, top]])


def _brightness(image: np.ndarray, mask: np.ndarray) -> tuple[float, float]:
    """Return the mean and the standard deviation of what is known of a picture's green, which is
    the better part of its brightness."""
    known = (mask != IGNORE_INDEX).view(np.uint8)
    mean, deviation = cv2.meanStdDev(cv2.extractChannel(image, 1), mask=known)
    return float(mean[0, 0]), float(deviation[0, 0])


def _colours(mean: float, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Return a random change of contrast, saturation, hue, white balance and brightness, (3, 4).

    A colour is grey plus what sets it off from grey. The hue turns the latter about the axis of
    greys, the saturation stretches it.
    """
    angle, saturation = rng.normal(0, 0.12), 1.4 ** rng.uniform(-1, 1)
    contrast = 1.3 ** rng.uniform(-1, 1)
    brightness = deviation * rng.uniform(-BRIGHTNESS, BRIGHTNESS)
    balance = 1.08 ** rng.uniform(-1, 1, 3)
    turn = math.cos(angle) * OFF_GREY + math.sin(angle) * ACROSS
    change = np.empty((3, 4), np.float32)
    change[:, :3] = contrast * balance[:, None] * (GREY + saturation * turn)
    # Contrast pivots on the picture's own brightness.
    change[:, 3] = mean * (1 - contrast) + brightness
    return change


def _noisy(image: np.ndarray, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Add normal noise: random bytes, which are cheap, looked up in a table of quantiles."""
    table = np.rint(deviation * _NORMAL).astype(np.int16)
    noise = np.frombuffer(rng.bytes(image.size), np.uint8).reshape(image.shape)
    return cv2.add(image, cv2.LUT(noise, table), dtype=cv2.CV_8U)


def _normal_quantiles() -> np.ndarray:
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf((i + 0.5) / QUANTILES) for i in range(QUANTILES)])


_NORMAL = _normal_quantiles()
