"""What the land is drawn on: OpenCV's shapes in metres, and smooth chance."""

from collections.abc import Iterable, Sequence
from functools import cache

import cv2
import numpy as np

Colour = Sequence[float]

BITS = 4
"""Coordinates are handed to OpenCV in sixteenths of a pixel."""
BUMPS = 90
"""Bumps of an octave of the ground's finer grain along its window."""


class Canvas:
    """A square of ground seen from straight above; the middle is (0, 0), y points down.

    side: in pixels. metres: of the land that is furnished. sun: (x, y) where the shadow of a thing
    one metre tall ends. window: metres of the square in the middle that is drawn, by default all of
    it. The same chance furnishes the same land, whatever part of it is drawn. texture: a seed of
    the ground's finer grain, which belongs to the place and not to the pixel; None is none.
    image: (side, side, 3) uint8 RGB.
    """

    def __init__(
        self,
        side: int,
        metres: float,
        *,
        sun: np.ndarray,
        shade: float,
        window: float | None = None,
        texture: int | None = None,
    ) -> None:
        self.side, self.metres, self.sun, self.shade = side, metres, sun, shade
        self.window, self.texture = metres if window is None else window, texture
        self.scale = side / self.window
        self.image: np.ndarray = np.zeros((side, side, 3), np.uint8)
        self._shadows = np.zeros((side, side), np.uint8)

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Return points (n, 2) in metres as OpenCV takes them."""
        places = (np.asarray(points) * self.scale + self.side / 2 - 0.5) * (1 << BITS)
        return np.rint(places).astype(np.int32)

    def length(self, metres: float) -> int:
        """Return a length in whole pixels, one at least."""
        return max(1, round(metres * self.scale))

    def noise(self, rng: np.random.Generator, cells: int) -> np.ndarray:
        """Return smooth chance (side, side) of the window; `cells` bumps along the whole land."""
        return noise(rng, self.side, cells, self.window / self.metres)

    def detail(self) -> np.ndarray:
        """Return the finer grain of the ground (side, side) float32, about normal, or zeros.

        Each octave has bumps a third as wide as those of the one before, and is the same in every
        window that shows it.
        """
        whole = np.zeros((self.side, self.side), np.float32)
        if self.texture is None:
            return whole
        wide, octave = self.metres, 0
        while wide > 0.9 * self.window:
            own = np.random.default_rng([self.texture, octave])
            whole = whole + noise(own, self.side, BUMPS, min(1.0, self.window / wide))
            wide, octave = wide / 3, octave + 1
        return whole / np.float32(np.sqrt(octave))

    def _beside(self, points: np.ndarray, margin: float) -> bool:
        """Whether a thing lies outside the window; of the whole land, nobody asks."""
        if self.window == self.metres:
            return False
        low, high = points.min(0) - margin, points.max(0) + margin
        return bool((low > self.window / 2).any() or (high < -self.window / 2).any())

    def polygon(self, points: np.ndarray, colour: Colour, layer: np.ndarray | None = None) -> None:
        if self._beside(np.asarray(points), 0.0):
            return
        target = self.image if layer is None else layer
        cv2.fillPoly(target, [self.pixels(points)], colour, cv2.LINE_AA, BITS)

    def disc(
        self, centre: np.ndarray, radius: float, colour: Colour, layer: np.ndarray | None = None
    ) -> None:
        self.discs(np.asarray(centre)[None], [radius], [colour], layer)

    def discs(
        self,
        centres: np.ndarray,
        radii: Sequence[float],
        colours: Sequence[Colour],
        layer: np.ndarray | None = None,
    ) -> None:
        """Draw discs (n, 2), one over the other."""
        target, whole = self.image if layer is None else layer, self.window == self.metres
        places = self.pixels(centres).tolist()
        for centre, place, radius, colour in zip(centres, places, radii, colours, strict=True):
            if whole or not self._beside(centre[None], radius):
                size = round(radius * self.scale * (1 << BITS))
                cv2.circle(target, place, size, colour, -1, cv2.LINE_AA, BITS)

    def line(
        self, points: np.ndarray, width: float, colour: Colour, *, closed: bool = False
    ) -> None:
        if self._beside(np.asarray(points), width):
            return
        cv2.polylines(
            self.image,
            [self.pixels(points)],
            closed,
            colour,
            self.length(width),
            cv2.LINE_AA,
            BITS,
        )

    def cast(self, outline: np.ndarray, height: float) -> None:
        """Remember the shadow of an upright thing; `darken` lays all of them on the ground."""
        both = np.concatenate([outline, outline + self.sun * height]).astype(np.float32)
        self.polygon(cv2.convexHull(both)[:, 0], (255,), self._shadows)

    def darken(self) -> None:
        """Lay the shadows on what is drawn so far: skylight, a little blue, is left."""
        soft = cv2.blur(self._shadows, (3, 3))
        darker = cv2.transform(self.image, np.diag(1 - self.shade * np.array([1.0, 0.96, 0.88])))
        rows = cv2.cvtColor(soft, cv2.COLOR_GRAY2RGB)
        self.image = cv2.add(
            cv2.multiply(self.image, cv2.bitwise_not(rows), scale=1 / 255),
            cv2.multiply(darker, rows, scale=1 / 255),
        )
        self._shadows[:] = 0

    def brighten(self, by: np.ndarray) -> None:
        """Make every pixel lighter or darker by a share (side, side) of itself."""
        factor = by + 1
        factor *= 128
        factor = np.clip(factor, 0, 255, out=factor).astype(np.uint8)
        self.image = cv2.multiply(self.image, cv2.merge([factor] * 3), scale=1 / 128)


def noise(rng: np.random.Generator, side: int, cells: int, part: float = 1.0) -> np.ndarray:
    """Return smooth chance (side, side) float32, about normal; `cells` bumps along a side.

    part: of the side that is returned at `side` pixels, in its middle.
    """
    return smooth(rng.standard_normal((cells + 3, cells + 3), dtype=np.float32), side, part)


def smooth(coarse: np.ndarray, side: int, part: float = 1.0) -> np.ndarray:
    """Return the middle part of a coarse grid, interpolated to (side, side)."""
    if part == 1.0:
        return cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    step = part * len(coarse) / side
    start = (len(coarse) - 1) / 2 - step * (side - 1) / 2
    to_coarse = np.array([[step, 0, start], [0, step, start]])
    return cv2.warpAffine(
        coarse,
        to_coarse,
        (side, side),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def grain(rng: np.random.Generator, side: int) -> np.ndarray:
    """Return chance of each pixel for itself, (side, side) float32 within -1 and 1."""
    return np.frombuffer(rng.bytes(side * side), np.int8).reshape(side, side) / np.float32(128)


def vary(rng: np.random.Generator, colour: Colour, spread: float = 12.0) -> tuple[float, ...]:
    """Return a colour near another: lighter or darker, and a little off."""
    lighter, *off = rng.standard_normal(4).tolist()
    # Three numbers are sooner added in Python than by NumPy, and this is asked thousands of times.
    red, green, blue = (
        float(c) + (spread * lighter + spread / 3 * own) for c, own in zip(colour, off, strict=True)
    )
    return (
        min(max(red, 0.0), 255.0),
        min(max(green, 0.0), 255.0),
        min(max(blue, 0.0), 255.0),
    )


def variations(colours: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return each of several colours (n, 3) as `vary` does; chance: (n, 4), normal, as far as they
    are spread."""
    return np.clip(colours + (chance[:, :1] + chance[:, 1:] / 3), 0, 255)


def pick(rng: np.random.Generator, colours: Sequence[Colour], spread: float = 8.0) -> Colour:
    """Return one of several colours, varied."""
    return vary(rng, colours[int(rng.integers(len(colours)))], spread)


def rectangle(centre: np.ndarray, length: float, width: float, angle: float) -> np.ndarray:
    """Return the corners (4, 2) of a rectangle, its length along `angle`."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (length / 2, width / 2)
    return turned(corners, angle) + centre


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    """Return points (n, 2) turned about (0, 0)."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return points @ np.array([[cosine, sine], [-sine, cosine]])


def circle(centre: np.ndarray, radius: float, corners: int = 40) -> np.ndarray:
    """Return a circle as a polygon (corners, 2)."""
    return _directions(corners) * radius + centre


@cache
def _directions(corners: int) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.column_stack([np.cos(angles), np.sin(angles)])


class Places:
    """What stands where, so that things do not stand in each other."""

    def __init__(self) -> None:
        self.circles = np.empty((0, 3))

    def free(self, centre: np.ndarray, radius: float) -> bool:
        gaps = np.hypot(*(self.circles[:, :2] - centre).T) - self.circles[:, 2] - radius
        return bool((gaps > 0).all())

    def take(self, centres: Iterable[np.ndarray], radius: float) -> None:
        new = [(x, y, radius) for x, y in centres]
        self.circles = np.concatenate([self.circles, np.array(new).reshape(-1, 3)])

    def find(
        self, rng: np.random.Generator, metres: float, radius: float, *, tries: int = 4
    ) -> np.ndarray | None:
        """Return a free place for a thing, and take it; None where chance finds none."""
        for _ in range(tries):
            centre = rng.uniform(-metres / 2, metres / 2, 2)
            if self.free(centre, radius):
                self.take([centre], radius)
                return centre
        return None
