"""Pads and what is taken for one, crowded together: what a second look learns from beside flights.

A flight shows a look-alike now and then, a plate with one certain letter on few lands of a hundred.
Who is to tell an N from an H has to have seen many of both. So these are lands like the others, on
which there are as many of both as there is room for.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from vision.synthetic.camera import LEAST_SEEN, Camera
from vision.synthetic.world import VIEW, World, make_world

LANDS, FRAMES, THINGS = 32, 4, 120
"""Lands, frames of each, and things that are laid on a land, as far as there is room."""


class CloseUp(NamedTuple):
    """A thing in a frame (size, size, 3) uint8 RGB; x, y: of its middle, and across: its width, in
    pixels. pad: whether it is one."""

    image: np.ndarray
    x: float
    y: float
    across: float
    thing: bool


def close_ups(lands: int = LANDS, size: int = 256, *, seed: int) -> Iterator[CloseUp]:
    """Yield every thing that is in sight with its middle, frame by frame.

    >>> first = next(close_ups(1, 128, seed=0))
    >>> first.image.shape, 0 <= first.x < 128
    ((128, 128, 3), True)
    """
    for number in range(lands):
        rng = np.random.default_rng([seed, number, 5])
        world = make_world(rng, size, crowd=THINGS)
        things, pads = _things(world), len(world.outlines)
        camera = Camera(world, size, rng)
        for time in 2 * (np.arange(FRAMES) + rng.random(FRAMES)) / FRAMES:
            frame = camera.shoot(time, rng)
            _, to_ground = camera.pose(time)
            middles = cv2.perspectiveTransform(things[None, :, :2], np.linalg.inv(to_ground))[0]
            across = things[:, 2] * size / (VIEW * frame.altitude)
            seen = ((middles >= 0) & (middles < size)).all(1)
            seen[:pads] &= frame.seen >= LEAST_SEEN
            for k in np.flatnonzero(seen).tolist():
                x, y = middles[k].tolist()
                yield CloseUp(frame.image, x, y, float(across[k]), k < pads)


def _things(world: World) -> np.ndarray:
    """Return the pads of a land and then its look-alikes, (n, 3): x, y and width in metres."""
    pads = [
        (*outline.mean(0), 2 * np.sqrt(cv2.contourArea(outline.astype(np.float32)) / np.pi))
        for outline in world.outlines
    ]
    return np.array([*pads, *world.lookalikes], np.float64).reshape(-1, 3)
