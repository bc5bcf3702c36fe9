"""What a simulated camera has before it, and who may look at that."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from vision.decision import MIN_AREA
from vision.flight.finder import Finder, Found
from vision.flight.lens import Lens
from vision.synthetic.camera import Sensor
from vision.synthetic.site import Pose, Site, homography
from vision.synthetic.world import VIEW


@dataclass
class View:
    """What a camera has before it: the land, its own pose, and the picture where somebody asks."""

    site: Site
    pose: Pose
    sensor: Sensor
    size: int
    seed: tuple[int, int]
    about: float | None = None
    """Pixels that the pad was wide in the last frame, where it is believed."""

    @cached_property
    def _seen(self) -> tuple[np.ndarray, np.ndarray]:
        return self.site.look(self.pose, self.size)

    @property
    def mask(self) -> np.ndarray:
        """Where the pad is, (size, size) uint8."""
        return self._seen[1]

    @cached_property
    def image(self) -> np.ndarray:
        """The picture (size, size, 3) uint8 RGB, with the sensor's noise."""
        rng = np.random.default_rng(self.seed)
        return self.sensor.develop(self._seen[0], self.pose.height, rng)

    @property
    def drawn(self) -> bool:
        """Whether somebody asked for the picture."""
        return "image" in self.__dict__


Observer = Callable[[View], list[Found]]


def looking(finder: Finder) -> Observer:
    """Return an observer that sees pictures alone."""
    return lambda view: finder(view.image, view.about)


def perfect(view: View) -> list[Found]:
    """Return the pad's true middle wherever at least `MIN_AREA` pixels of it are in the picture and
    its middle is: what no network can beat. It needs no picture."""
    if not len(view.site.outline):
        return []
    to_frame = np.linalg.inv(homography(view.pose, view.size))
    x, y = cv2.perspectiveTransform(np.zeros((1, 1, 2)), to_frame)[0, 0]
    if not (0 <= x < view.size and 0 <= y < view.size):
        return []
    edge = cv2.perspectiveTransform(view.site.outline[None].astype(np.float64), to_frame)
    frame = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * view.size
    if cv2.intersectConvexConvex(edge.astype(np.float32), frame)[0] < MIN_AREA:
        return []
    width = view.site.across * view.size / VIEW / view.pose.height
    return [Found(float(x), float(y), float(width), 1.0)]


def on_pad(one: Found, view: View) -> bool:
    """Whether a thing that was found lies on the pad."""
    if not len(view.site.outline):
        return False
    spot = cv2.perspectiveTransform(
        np.array([[[one.x, one.y]]], np.float64), homography(view.pose, view.size)
    )[0, 0]
    return float(np.hypot(*spot)) <= view.site.across / 2


def lens_of(size: int) -> Lens:
    """Return the lens of the simulated camera: its frame is `VIEW` times as wide as it is high."""
    focal, middle = size / VIEW, (size - 1) / 2
    matrix = np.array([[focal, 0, middle], [0, focal, middle], [0, 0, 1]], np.float64)
    return Lens((size, size), matrix, np.zeros(0))


def motion(before: View, now: View) -> np.ndarray:
    """Return where the pixels of a frame before lie now, as near its middle: a matrix (2, 3)."""
    middle = (now.size - 1) / 2
    places = middle + np.array([[[0, 0], [1, 0], [0, 1]]], np.float64)
    to_now = np.linalg.inv(homography(now.pose, now.size)) @ homography(before.pose, now.size)
    place, right, down = cv2.perspectiveTransform(places, to_now)[0]
    turn = np.column_stack([right - place, down - place])
    return np.column_stack([turn, place - turn @ (middle, middle)])
