"""Pads and what is taken for one, side by side: what a second look learns from beside the flights.

A flight shows a look-alike now and then, a plate with one certain letter on few lands of a hundred.
Who is to tell an N from an H has to have seen many of both. Here a land is nothing but ground on
which they lie one beside the other, and a camera passes over it low.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from vision.synthetic import land, pads
from vision.synthetic.camera import Camera
from vision.synthetic.canvas import Canvas, Places, grain
from vision.synthetic.world import REACH, VIEW, World

LANDS, FRAMES, THINGS = 24, 8, 160
"""Lands, frames of each, and things that are laid on a land, as far as there is room."""
PADS, LETTERED = 0.4, 0.7
"""Share of them that are pads; share of the others that are plates with another letter."""
SMALLEST, LARGEST = 0.06, 0.18
"""Width of a thing, as a share of the lowest frame's."""
METRES = 24.0
"""Of the lowest frame."""


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
        world, things, are_pads = _sown(rng, size)
        camera = Camera(world, size, rng)
        for time in 2 * (np.arange(FRAMES) + rng.random(FRAMES)) / FRAMES:
            image = camera.shoot(time, rng).image
            altitude, to_ground = camera.pose(time)
            middles = cv2.perspectiveTransform(things[None, :, :2], np.linalg.inv(to_ground))[0]
            across = things[:, 2] * size / (VIEW * altitude)
            seen = ((middles >= 0) & (middles < size)).all(1)
            for (x, y), wide, pad in zip(
                middles[seen].tolist(), across[seen].tolist(), are_pads[seen].tolist(), strict=True
            ):
                yield CloseUp(image, x, y, wide, pad)


def _sown(rng: np.random.Generator, size: int) -> tuple[World, np.ndarray, np.ndarray]:
    """Return a land, its things (n, 3), x, y and width in metres, and which of them are pads."""
    side, metres = round(2 * REACH * size), 2 * REACH * METRES
    bearing, elevation = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.2)
    sun = np.array([np.cos(bearing), np.sin(bearing)]) / np.tan(elevation)
    canvas = Canvas(side, metres, sun=sun, shade=rng.uniform(0.3, 0.6))
    season = land.SEASONS[list(land.SEASONS)[rng.integers(len(land.SEASONS))]]
    land.lay_ground(canvas, rng, season, fields=bool(rng.random() < 0.5))
    letters = [letter for letter in pads.LETTERS if letter != "H"]
    places, things, are_pads = Places(), [], []
    for _ in range(THINGS):
        across = METRES * rng.uniform(SMALLEST, LARGEST)
        centre = places.find(rng, metres, 0.6 * across)
        if centre is None:
            continue
        pad = bool(rng.random() < PADS)
        if pad:
            pads.draw_pad(canvas, rng, centre, across)
        elif rng.random() < LETTERED:
            pads.draw_plate(canvas, rng, centre, across, letters[rng.integers(len(letters))])
        else:
            pads.draw_lookalike(canvas, rng, centre, across)
        things.append((*centre, across))
        are_pads.append(pad)
    canvas.brighten(0.03 * grain(rng, side))
    nowhere = np.zeros((side, side), np.uint8)
    world = World(canvas.image, nowhere, [], canvas.scale, METRES / VIEW)
    return world, np.array(things), np.array(are_pads)
