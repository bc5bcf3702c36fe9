"""Flights of a quadcopter over a rendered land in which somewhere lie landing pads.

No real flight is here: OpenCV draws each land from a seed, fields, water, roads, roofs, cars and
trees with their shadows, and a camera passes over it at 15 to 120 metres. A pad is a plate with a
ring and an H on it, round or square, in any of many colours, new or worn. It takes 0.2 to 3 % of a
frame. Nine of ten lands have one to four of them; some frames show none, and over some pads reaches
a tree that hides up to half. Around them lie things of their size and their colours: plates with
another letter, a bare H, pools, hatches, parasols, zebras.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from vision.synthetic.camera import Camera, Frame
from vision.synthetic.world import MORE, make_world

THREADS = 2
"""That draw flights at a time."""
ROUND = 25.0
"""Seconds for one round."""


@dataclass(frozen=True)
class Flights:
    """Frames of several flights, one flight after another.

    images: (n, size, size, 3) uint8 RGB. masks: (n, size, size) uint8, 1 where a pad is seen, 255
    where too little of one is. flight: (n,) which flight a frame is of. altitude: (n,) metres above
    ground. seen: (n, pads) share of each pad that is in sight, 0 where it is not there.
    """

    images: np.ndarray
    masks: np.ndarray
    flight: np.ndarray
    altitude: np.ndarray
    seen: np.ndarray


def fly(flights: int, frames: int, size: int = 256, *, seed: int) -> Flights:
    """Take `frames` frames of `size` pixels on each of several flights, each over its own land.

    The frames of a flight follow each other on two rounds. The same seed gives the same flights,
    and a flight is the same whatever their number.

    >>> flown = fly(2, 3, size=64, seed=0)
    >>> flown.images.shape, flown.masks.shape, flown.flight.tolist()
    ((6, 64, 64, 3), (6, 64, 64), [0, 0, 0, 1, 1, 1])
    """

    def shots_of(flight: int) -> list[Frame]:
        rng = np.random.default_rng([seed, flight])
        camera = Camera(make_world(rng, size), size, rng)
        times = 2 * (np.arange(frames) + rng.uniform(0.2, 0.8, frames)) / frames
        return [camera.shoot(time, rng) for time in times]

    with ThreadPoolExecutor(THREADS) as pool:  # OpenCV and NumPy let others work meanwhile
        shots = [shot for flown in pool.map(shots_of, range(flights)) for shot in flown]
    return Flights(
        np.stack([shot.image for shot in shots]),
        np.stack([shot.mask for shot in shots]),
        np.repeat(np.arange(flights), frames),
        np.array([shot.altitude for shot in shots]),
        np.array([_padded(shot.seen) for shot in shots]),
    )


def film(
    seconds: float, rate: float, size: int = 256, *, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (image, mask) of one flight, frame by frame, `rate` frames a second.

    Nothing is passed over: the pad comes into sight and leaves it.

    >>> image, mask = next(film(1.0, 25, size=64, seed=0))
    >>> image.shape, mask.shape
    ((64, 64, 3), (64, 64))
    """
    rng = np.random.default_rng([seed, 0])
    camera = Camera(make_world(rng, size), size, rng)
    for number in range(round(seconds * rate)):
        shot = camera.shoot(number / rate / ROUND, rng)
        yield shot.image, shot.mask


def _padded(seen: np.ndarray) -> np.ndarray:
    return np.pad(seen, (0, MORE + 1 - len(seen)))
