"""The quadcopter's way over a land, and what its camera makes of it."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from vision.synthetic.world import CLIMB, VIEW, World

LEAST_SEEN = 0.35
UNKNOWN = 255
"""In a mask: what nobody knows."""


@dataclass(frozen=True)
class Frame:
    """One frame: image (size, size, 3) uint8 RGB, mask (size, size) uint8 with 1 on pads, altitude
    in metres, and of each pad the share that is in sight.

    Of a pad that shows less than `LEAST_SEEN` of itself even people would argue: in the mask it
    is 255, which nobody knows.
    """

    image: np.ndarray
    mask: np.ndarray
    altitude: float
    seen: np.ndarray


@dataclass(frozen=True)
class Waves:
    """Smooth motion: for each of several quantities a sum of two sines of the time."""

    height: np.ndarray
    pace: np.ndarray
    start: np.ndarray

    @classmethod
    def draw(cls, rng: np.random.Generator, count: int) -> Self:
        """Return motion within -1 and 1."""
        height = np.column_stack([rng.uniform(0.65, 0.9, count), rng.uniform(0, 0.1, count)])
        pace = np.column_stack([rng.uniform(0.5, 1.2, count), rng.uniform(2, 4, count)])
        return cls(height, 2 * np.pi * pace, rng.uniform(0, 2 * np.pi, (count, 2)))

    def at(self, time: float) -> np.ndarray:
        return (self.height * np.sin(self.pace * time + self.start)).sum(1)


@dataclass(frozen=True)
class Sensor:
    """What a camera makes of the light: its own for a flight, but for the noise of each frame.

    gain: of each colour. haze: how much of the fog's colour lies over ground 72 metres below and
    farther. blur: pixels. noise: grey levels. vignette: (size, size, 3) uint8, of 255.
    """

    gain: np.ndarray
    haze: float
    fog: np.ndarray
    blur: float
    noise: float
    vignette: np.ndarray

    @classmethod
    def draw(cls, rng: np.random.Generator, size: int) -> Self:
        gain = 1.3 ** rng.uniform(-1, 1) * 1.06 ** rng.uniform(-1, 1, 3)
        haze, fog = rng.uniform(0, 0.4) ** 1.5, rng.uniform(170, 225) + rng.normal(0, 6, 3)
        blur, noise = rng.uniform(0, 0.9), rng.uniform(1, 6)
        ahead = np.linspace(-1, 1, size, dtype=np.float32) ** 2
        dark = 255 * (1 - rng.uniform(0, 0.25) * (ahead + ahead[:, None]) / 2)
        vignette = cv2.merge([dark.astype(np.uint8)] * 3)
        return cls(gain, haze, fog, blur, noise, vignette)

    def develop(self, ground: np.ndarray, altitude: float, rng: np.random.Generator) -> np.ndarray:
        """Return what the sensor makes of the ground: light, haze, lens, blur and noise."""
        through = 1 - self.haze * min(1.0, 0.4 + altitude / 120)
        matrix = np.column_stack([np.diag(self.gain * through), self.fog * (1 - through)])
        image = cv2.transform(ground, matrix.astype(np.float32))
        image = cv2.multiply(image, self.vignette, scale=1 / 255)
        if self.blur > 0.35:
            image = cv2.GaussianBlur(image, (0, 0), self.blur)
        noise = np.frombuffer(rng.bytes(image.size), np.int8).reshape(image.shape)
        return cv2.add(image, cv2.LUT(noise.view(np.uint8), _table(self.noise)), dtype=cv2.CV_8U)


class Camera:
    """Flies over a land. Time 1 is about one round over it.

    The way, the height, the heading and the tilt are smooth in time; the light is the flight's
    own, and the sensor's noise that of each frame.
    """

    def __init__(self, world: World, size: int, rng: np.random.Generator) -> None:
        self.world, self.size = world, size
        self.motion, self.swing = Waves.draw(rng, 6), rng.uniform(0.3, 0.75, 2)
        self.heading, self.tilt = rng.uniform(0, 2 * np.pi), rng.uniform(0.02, 0.12)
        self.sensor = Sensor.draw(rng, size)

    def shoot(self, time: float, rng: np.random.Generator) -> Frame:
        """Return the frame at a time; `rng` makes the sensor's noise."""
        altitude, to_ground = self.pose(time)
        scale, middle = self.world.scale, self.world.ground.shape[0] / 2 - 0.5
        to_map = np.array([[scale, 0, middle], [0, scale, middle], [0, 0, 1]]) @ to_ground
        ground, pad = (
            cv2.warpPerspective(
                layer,
                to_map,
                (self.size, self.size),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REFLECT_101,
            )
            for layer in (self.world.ground, self.world.pad)
        )
        mask = (pad > 127).astype(np.uint8)
        seen = np.array([self._seen(mask, pad, to_ground) for pad in self.world.outlines])
        return Frame(self.sensor.develop(ground, altitude, rng), mask, altitude, seen)

    def pose(self, time: float) -> tuple[float, np.ndarray]:
        """Return the altitude, and the homography from pixels of the frame to metres on the ground.

        A pixel's ray is turned by heading, roll and pitch, and followed to the ground.
        """
        x, y, up, turn, roll, pitch = self.motion.at(time)
        altitude = self.world.lowest * CLIMB ** ((1 + up) / 2)
        heading, roll, pitch = self.heading + 0.8 * turn, self.tilt * roll, self.tilt * pitch
        rays = np.array([[1, 0, -(self.size - 1) / 2], [0, 1, -(self.size - 1) / 2], [0, 0, 0]])
        rays = rays * VIEW / self.size
        rays[2, 2] = 1
        rotation = about(2, heading) @ about(0, roll) @ about(1, pitch)
        place = np.array([x, y]) * self.swing * VIEW * altitude
        fall = np.array([[altitude, 0, place[0]], [0, altitude, place[1]], [0, 0, 1]])
        return altitude, fall @ rotation @ rays

    def _seen(self, mask: np.ndarray, outline: np.ndarray, to_ground: np.ndarray) -> float:
        """Return a pad's pixels, as a share of what an open pad in full view would have; in the
        mask, leave open a pad of which too little is seen."""
        edge = cv2.perspectiveTransform(outline[None].astype(np.float64), np.linalg.inv(to_ground))
        edge = edge.astype(np.float32)
        corners = [np.rint(edge).astype(np.int32)]
        there = cv2.fillPoly(np.zeros_like(mask), corners, (1,))
        own = (cv2.polylines(there, corners, True, (1,), 5) > 0) & (mask == 1)
        seen = min(1.0, float(own.sum()) / cv2.contourArea(edge))
        if seen < LEAST_SEEN:
            mask[own] = UNKNOWN
        return seen


def about(axis: int, angle: float) -> np.ndarray:
    """Return the rotation (3, 3) about an axis, by which x turns to y, x to z, or y to z."""
    first, second = [i for i in range(3) if i != axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = np.cos(angle)
    matrix[first, second], matrix[second, first] = -np.sin(angle), np.sin(angle)
    return matrix


def _table(deviation: float) -> np.ndarray:
    """Return for each random byte a noise of that deviation, about normal, (256,) int16."""
    level = (np.arange(256) + 0.5) / 256
    # The logistic quantile, scaled: near enough to the normal one, and no library is needed.
    return np.rint(deviation * np.log(level / (1 - level)) / 1.7).astype(np.int16)
