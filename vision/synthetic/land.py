"""Ground, fields, water and roads."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from vision.synthetic.canvas import (
    Canvas,
    Colour,
    Places,
    grain,
    pick,
    rectangle,
    smooth,
    turned,
    vary,
)

WHITE = (226, 226, 220)
STREWN, PEBBLES = 30.0, 3.0
"""Metres of the square in the middle on which pebbles lie, and how many to a square metre."""


@dataclass(frozen=True)
class Season:
    """The colours of a time of year: bare ground, what grows on fields, and tree crowns."""

    ground: tuple[Colour, ...]
    fields: tuple[Colour, ...]
    crowns: tuple[Colour, ...]


SEASONS = {
    "summer": Season(
        ((96, 118, 66), (112, 122, 76), (86, 104, 62), (128, 124, 88)),
        ((104, 126, 60), (148, 144, 78), (186, 168, 98), (122, 98, 72), (84, 114, 66)),
        ((52, 78, 44), (62, 88, 48), (44, 68, 42), (78, 96, 54)),
    ),
    "autumn": Season(
        ((126, 116, 78), (118, 104, 72), (104, 102, 68), (138, 128, 94)),
        ((138, 112, 78), (108, 86, 64), (160, 138, 90), (118, 118, 70), (96, 78, 60)),
        ((150, 96, 44), (168, 128, 52), (110, 84, 48), (74, 82, 48), (138, 70, 44)),
    ),
    "winter": Season(
        ((208, 212, 218), (196, 200, 208), (218, 220, 222), (180, 182, 186)),
        ((214, 218, 224), (202, 206, 212), (186, 184, 180), (222, 224, 226)),
        ((62, 66, 60), (92, 86, 80), (54, 66, 56), (120, 116, 112)),
    ),
    "steppe": Season(
        ((176, 158, 118), (164, 144, 106), (186, 168, 130), (150, 138, 98)),
        ((190, 170, 122), (172, 150, 104), (140, 122, 88), (156, 148, 92), (200, 184, 140)),
        ((94, 98, 62), (108, 104, 70), (80, 88, 58)),
    ),
}


def lay_ground(canvas: Canvas, rng: np.random.Generator, season: Season, *, fields: bool) -> None:
    """Cover everything: patches of ground, or fields with their furrows."""
    first, second = (np.array(pick(rng, season.ground, 10)) for _ in range(2))
    patches = canvas.noise(rng, 7)
    patches += 0.5 * canvas.noise(rng, 24)
    patches = np.clip(0.5 + 0.7 * patches, 0, 1, out=patches)
    weight = (255 * patches).astype(np.uint8)
    canvas.image = cv2.LUT(cv2.merge([weight] * 3), _between(first, second))
    if fields:
        lay_fields(canvas, rng, season)
    rough = rng.uniform(0.04, 0.12)
    canvas.brighten(rough * canvas.noise(rng, 90) + rough * grain(rng, canvas.side))
    if canvas.texture is not None:
        canvas.brighten(rough * canvas.detail())
        strew(canvas, season)


def _between(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the colours from one to another, (1, 256, 3) uint8."""
    weight = cv2.merge([np.arange(256, dtype=np.uint8)[None]] * 3)
    one, other = (np.empty_like(weight) for _ in range(2))
    one[:], other[:] = first.astype(np.uint8), second.astype(np.uint8)
    return cv2.add(
        cv2.multiply(one, cv2.bitwise_not(weight), scale=1 / 255),
        cv2.multiply(other, weight, scale=1 / 255),
    )


def strew(canvas: Canvas, season: Season) -> None:
    """Strew pebbles and tufts on the ground, evenly, where it is seen so closely that they show.

    They are no denser around the middle: whoever looks for a pad must not find it by them.
    """
    if canvas.window > STREWN:
        return
    rng = np.random.default_rng([canvas.texture or 0, 99])
    for place in rng.uniform(-STREWN / 2, STREWN / 2, (round(PEBBLES * STREWN**2), 2)):
        tint = season.crowns if rng.random() < 0.5 else season.ground
        canvas.disc(place, 0.01 + rng.exponential(0.02), pick(rng, tint, 14))


def lay_fields(canvas: Canvas, rng: np.random.Generator, season: Season) -> None:
    """Cut the land into fields with furrows along one of two directions."""
    angle, size = rng.uniform(0, np.pi), canvas.metres
    rows = _cuts(rng, size * 1.5, rng.uniform(0.18, 0.4) * size)
    furrows = np.zeros((canvas.side, canvas.side), np.uint8)
    for low, high in pairwise(rows):
        columns = _cuts(rng, size * 1.5, rng.uniform(0.25, 0.7) * size)
        for left, right in pairwise(columns):
            margin = rng.uniform(0, 0.008) * size
            centre = turned(np.array([[(left + right) / 2, (low + high) / 2]]), angle)[0]
            field = rectangle(centre, right - left - margin, high - low - margin, angle)
            canvas.polygon(field, pick(rng, season.fields, 9))
            depth = rng.choice((0, 80, 160, 255), p=(0.25, 0.35, 0.25, 0.15))
            cv2.fillPoly(furrows, [canvas.pixels(field)], int(depth), cv2.LINE_8, 4)
    spacing = max(rng.uniform(0.6, 4.0), 3.5 / (canvas.side / size))
    ahead = np.linspace(-canvas.window / 2, canvas.window / 2, canvas.side, dtype=np.float32)
    across = ahead * np.float32(np.cos(angle)), ahead[:, None] * np.float32(np.sin(angle))
    phase = (across[0] + across[1]) * (2 * np.pi / spacing) + canvas.noise(rng, 5)
    canvas.brighten(np.sin(phase) * (furrows * np.float32(0.16 / 255)))


def _cuts(rng: np.random.Generator, length: float, step: float) -> np.ndarray:
    count = max(2, round(length / step))
    edges = np.linspace(-length / 2, length / 2, count + 1)
    edges[1:-1] += rng.uniform(-0.3, 0.3, count - 1) * step
    return edges


def lay_water(canvas: Canvas, rng: np.random.Generator, places: Places, *, clear: float) -> None:
    """Flood what a smooth noise has below a level: a lake, a pond, a bend of a river.

    clear: metres around the middle that stay dry. Nothing finds a place in the water.
    """
    coarse = [
        rng.standard_normal((cells + 3, cells + 3), dtype=np.float32)
        for cells in (int(rng.integers(2, 5)), 14)
    ]

    def depths(part: float) -> np.ndarray:
        depth = smooth(coarse[0], canvas.side, part) + 0.15 * smooth(coarse[1], canvas.side, part)
        ahead = np.linspace(-0.5, 0.5, canvas.side, dtype=np.float32) * canvas.metres * part
        far = np.sqrt(ahead**2 + ahead[:, None] ** 2)
        return depth - 4 * np.exp(-((far / (clear + 0.05 * canvas.metres)) ** 2))

    whole, part = depths(1.0), canvas.window / canvas.metres
    depth = whole if part == 1.0 else depths(part)
    level = np.quantile(whole[::8, ::8], 1 - rng.uniform(0.08, 0.3))
    colour = np.array(
        pick(rng, ((52, 74, 84), (64, 84, 72), (40, 62, 90), (92, 98, 84), (74, 104, 120)))
    )
    shore = np.array(vary(rng, (168, 154, 122), 14))
    dry = level - rng.uniform(0.05, 0.25)
    beach, water = depth > dry, depth > level
    for there, tint in ((beach, shore), (water, colour)):
        plain = np.empty_like(canvas.image)
        plain[:] = tint.astype(np.uint8)
        cv2.copyTo(plain, there.view(np.uint8), canvas.image)
    ripples = 0.05 * canvas.noise(rng, 120) + 0.12 * np.clip(level - depth, -1.5, 0)
    canvas.brighten(np.where(water, ripples, 0))
    step = max(1, canvas.side // 40)
    wet = np.argwhere(whole[step // 2 :: step, step // 2 :: step] > dry)[:, ::-1]
    scale = canvas.side / canvas.metres
    places.take((wet + 0.5) * step / scale - canvas.metres / 2, step / scale)


@dataclass(frozen=True)
class Road:
    """The middle of a road (n, 2), and its width in metres."""

    points: np.ndarray
    width: float
    paved: bool


def lay_road(canvas: Canvas, rng: np.random.Generator, places: Places, *, clear: float) -> Road:
    """Draw one road that passes the middle at more than `clear` metres, and keep its ground."""
    paved = rng.random() < 0.7
    width = rng.uniform(5, 9) if paved else rng.uniform(2.2, 4)
    width = min(width, 0.12 * canvas.metres)
    points = _course(canvas, rng, clear + width)
    colour = pick(
        rng, ((92, 92, 94), (112, 110, 106), (74, 74, 78)) if paved else ((158, 138, 106),), 8
    )
    canvas.line(points, width * 1.25, vary(rng, (132, 124, 100), 10))
    canvas.line(points, width, colour)
    if paved:
        for side in (-1, 1):
            canvas.line(_beside(points, side * 0.44 * width), 0.14, WHITE)
        for start in range(0, len(points) - 2, 4):
            canvas.line(points[start : start + 3], 0.16, WHITE)
        for _ in range(rng.integers(1, 4)):
            _crossing(canvas, rng, points, width)
    else:
        for side in (-1, 1):
            canvas.line(_beside(points, side * 0.22 * width), 0.5, vary(rng, colour, 14))
    places.take(points, 0.6 * width)
    return Road(points, width, paved)


def _course(canvas: Canvas, rng: np.random.Generator, clear: float) -> np.ndarray:
    """Return a bent line (n, 2) across the canvas, its points about two metres apart."""
    half = 0.8 * canvas.metres
    along = np.linspace(-half, half, int(max(60, min(400, half))))
    bend = rng.uniform(0, 0.12) * canvas.metres
    wave = bend * np.sin(along / half * rng.uniform(1, 4) + rng.uniform(0, 6))
    away = clear + bend + rng.uniform(0, 0.3) * canvas.metres
    points = np.column_stack([along, wave + away * rng.choice((-1, 1))])
    return turned(points, rng.uniform(0, 2 * np.pi))


def _beside(points: np.ndarray, distance: float) -> np.ndarray:
    ahead = np.gradient(points, axis=0)
    normal = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    return points + distance * normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _crossing(canvas: Canvas, rng: np.random.Generator, points: np.ndarray, width: float) -> None:
    """Paint a zebra across a road."""
    i = int(rng.integers(10, len(points) - 10))
    ahead = points[i + 1] - points[i]
    angle = np.arctan2(ahead[1], ahead[0])
    for offset in np.arange(-0.42 * width, 0.43 * width, 1.0):
        centre = points[i] + turned(np.array([[0, offset]]), angle)[0]
        canvas.polygon(rectangle(centre, rng.uniform(3.4, 3.6), 0.5, angle), WHITE)
