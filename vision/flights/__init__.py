"""Flights of a quadcopter over a rendered land in which somewhere lies a landing pad."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Flights:
    """Frames of several flights, one flight after another.

    images: (n, size, size, 3) uint8 RGB. masks: (n, size, size) uint8, 1 where a pad is seen.
    flight: (n,) which flight a frame is of. altitude: (n,) metres above ground.
    seen: (n,) share of the pad that is in sight, 0 where there is none.
    """

    images: np.ndarray
    masks: np.ndarray
    flight: np.ndarray
    altitude: np.ndarray
    seen: np.ndarray


def fly(flights: int, frames: int, size: int = 256, *, seed: int) -> Flights:
    """Not the land yet: grey ground with a disc, so that what comes after can be built."""
    rng = np.random.default_rng(seed)
    n = flights * frames
    images = rng.normal(120, 20, (n, size, size, 3)).clip(0, 255).astype(np.uint8)
    masks = np.zeros((n, size, size), np.uint8)
    for image, mask in zip(images, masks, strict=True):
        if rng.random() < 0.8:
            centre = tuple(int(c) for c in rng.integers(20, size - 20, 2))
            cv2.circle(mask, centre, int(rng.integers(7, 20)), 1, -1)
            image[mask == 1] //= 2
    return Flights(
        images,
        masks,
        np.repeat(np.arange(flights), frames),
        rng.uniform(15, 120, n),
        masks.any((1, 2)).astype(float),
    )


def film(
    seconds: float, rate: float, size: int = 256, *, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (image, mask) of one flight."""
    flights = fly(1, round(seconds * rate), size, seed=seed)
    yield from zip(flights.images, flights.masks, strict=True)
