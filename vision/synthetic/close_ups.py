"""Pads and what is taken for one, crowded together: what a second look learns from beside flights.

A flight shows a look-alike now and then, a plate with one certain letter on few lands of a hundred.
Who is to tell an N from an H has to have seen many of both. So these are lands like the others, on
which there are as many of both as there is room for, and each is seen whole from straight above: a
camera that flies over sees two fifths of it.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import cv2
import numpy as np

from vision.synthetic.camera import Sensor
from vision.synthetic.world import World, make_world

LANDS, THINGS = 64, 240
"""Lands, and things that are laid on each, as far as there is room."""
SMALLEST = 0.6
"""Share of its size to which a land is made smaller at most: things are seen from higher up too."""


class CloseUp(NamedTuple):
    """A thing in a picture (side, side, 3) uint8 RGB; x, y: of its middle, and across: its width,
    in pixels. thing: whether it is a pad."""

    image: np.ndarray
    x: float
    y: float
    across: float
    thing: bool


def close_ups(
    lands: int = LANDS,
    size: int = 256,
    *,
    seed: int,
    going: Callable[[], bool] = lambda: True,
) -> Iterator[CloseUp]:
    """Yield every thing that lies on some lands, land by land.

    size: of a frame for which they are drawn, pixels; a land is several times as wide.
    going: asked before each land whether there is time to draw it.

    >>> first = next(close_ups(1, 64, seed=0))
    >>> first.image.shape[0] > 64, 0 <= first.x < first.image.shape[1]
    (True, True)
    """
    for number in range(lands):
        if not going():
            return
        rng = np.random.default_rng([seed, number, 5])
        world = make_world(rng, size, crowd=THINGS)
        whole = len(world.ground)
        image = Sensor.draw(rng, whole).develop(world.ground, world.lowest, rng)
        side = round(whole * rng.uniform(SMALLEST, 1))
        image = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        pixels = _things(world) * world.scale * side / whole
        for k, (x, y, across) in enumerate(pixels.tolist()):
            middle = (side - 1) / 2
            yield CloseUp(image, x + middle, y + middle, across, k < len(world.outlines))


def _things(world: World) -> np.ndarray:
    """Return the pads of a land and then its look-alikes, (n, 3): x, y and width in metres."""
    pads = [
        (*outline.mean(0), 2 * np.sqrt(cv2.contourArea(outline.astype(np.float32)) / np.pi))
        for outline in world.outlines
    ]
    return np.array([*pads, *world.lookalikes], np.float64).reshape(-1, 3)
