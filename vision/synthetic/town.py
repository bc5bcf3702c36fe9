"""Roofs, cars and trees: what stands on the ground and throws a shadow."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vision.synthetic.canvas import (
    Canvas,
    Colour,
    Places,
    circle,
    pick,
    rectangle,
    turned,
    variations,
)
from vision.synthetic.land import WHITE, Road
from vision.synthetic.pads import LETTERS, draw_hatch, draw_letter

ROOFS = ((146, 70, 52), (166, 92, 66), (104, 58, 48), (92, 96, 102), (70, 74, 84), (84, 108, 92))
FLAT = ((142, 140, 136), (112, 112, 114), (178, 176, 170), (92, 90, 88), (198, 200, 202))
PAINT = (
    (228, 228, 230),
    (40, 42, 46),
    (150, 152, 156),
    (160, 40, 38),
    (46, 70, 120),
    (188, 172, 90),
)


@dataclass(frozen=True)
class House:
    """Where a house stands: its length and width in metres, its length along `angle`."""

    centre: np.ndarray
    size: tuple[float, float]
    angle: float

    @property
    def corners(self) -> np.ndarray:
        return rectangle(self.centre, *self.size, self.angle)

    def place(self, along: float, across: float) -> np.ndarray:
        """Return a point of the roof; the edges are at -0.5 and 0.5."""
        return turned(np.array([[along, across]]) * self.size, self.angle)[0] + self.centre


def build_house(canvas: Canvas, rng: np.random.Generator, house: House) -> None:
    """A roof of two slopes, of four, or a flat one with what stands on such roofs."""
    if min(house.size) > 16 or rng.random() < 0.25:
        flat_roof(canvas, rng, house, pick(rng, FLAT, 10))
        return
    corners, roof = house.corners, pick(rng, ROOFS, 10)
    lit = turned(np.array([[0.0, 1.0]]), house.angle)[0] @ canvas.sun < 0
    slopes = [tuple(c * f for c in roof) for f in ((1.15, 0.78) if lit else (0.78, 1.15))]
    inset = rng.choice((0.0, 0.3)) * house.size[1] / house.size[0]
    ridge = np.array([house.place(inset - 0.5, 0), house.place(0.5 - inset, 0)])
    canvas.polygon(corners, roof)
    canvas.polygon(np.array([corners[2], corners[3], ridge[0], ridge[1]]), slopes[0])
    canvas.polygon(np.array([corners[0], corners[1], ridge[1], ridge[0]]), slopes[1])
    canvas.line(ridge, 0.2, tuple(0.7 * c for c in roof))
    if rng.random() < 0.6:
        chimney = house.place(*rng.uniform(-0.3, 0.3, 2))
        canvas.polygon(rectangle(chimney, 0.9, 0.7, house.angle), (120, 84, 72))


def flat_roof(canvas: Canvas, rng: np.random.Generator, house: House, roof: Colour) -> None:
    """A flat roof: a parapet, seams, skylights, vents, hatches, now and then a letter."""
    corners, narrow = house.corners, min(house.size)
    canvas.polygon(corners, roof)
    for along in np.arange(-0.45, 0.46, rng.uniform(0.08, 0.2)):
        seam = np.array([house.place(along, -0.5), house.place(along, 0.5)])
        canvas.line(seam, 0.1, tuple(0.93 * c for c in roof))
    canvas.line(corners, 0.4, tuple(min(255.0, 1.2 * c) for c in roof), closed=True)
    for _ in range(int(min(14, rng.uniform(0.005, 0.02) * house.size[0] * house.size[1]))):
        spot = house.place(*rng.uniform(-0.42, 0.42, 2))
        across = rng.uniform(0.8, min(3.5, 0.25 * narrow) + 0.1)
        canvas.disc(spot + canvas.sun * 0.6, 0.55 * across, tuple(0.55 * c for c in roof))
        if rng.random() < 0.4:
            light = pick(rng, ((176, 196, 206), (214, 216, 214), (96, 108, 118)), 10)
            canvas.polygon(rectangle(spot, 1.6 * across, 0.8 * across, house.angle), light)
        else:
            draw_hatch(canvas, rng, spot, across)
    if narrow > 10 and rng.random() < 0.35:
        letter, height = list(LETTERS)[rng.integers(len(LETTERS))], rng.uniform(0.2, 0.45) * narrow
        spot = house.place(*rng.uniform(-0.3, 0.3, 2))
        draw_letter(canvas, letter, spot, height, house.angle, WHITE)


def build_town(
    canvas: Canvas,
    rng: np.random.Generator,
    places: Places,
    *,
    count: int,
    largest: float,
    spared: Sequence[tuple[np.ndarray, float]],
) -> None:
    """Find places for houses, lay all their shadows, then their roofs.

    spared: circles, (x, y) and radius, that no yard covers: a yard takes no place of its own.
    """
    houses, square = [], rng.uniform(0, np.pi)
    for _ in range(count):
        length = min(rng.uniform(0.35, 1.0) * largest, 0.28 * canvas.metres)
        size = (length, length * rng.uniform(0.45, 0.95))
        centre = places.find(rng, canvas.metres, 0.6 * float(np.hypot(*size)))
        if centre is not None:
            angle = square + rng.choice((0, np.pi / 2)) + rng.normal(0, 0.15)
            houses.append(House(centre, size, angle))
    for house in houses:
        if rng.random() < 0.4:
            yard = rectangle(house.centre, 1.7 * house.size[0], 1.8 * house.size[1], house.angle)
            paving = pick(rng, ((150, 146, 138), (120, 116, 108)), 12)
            if not any(_reaches(yard, *circle) for circle in spared):
                canvas.polygon(yard, paving)
    for house in houses:
        canvas.cast(house.corners, rng.uniform(3, 4 + 0.3 * house.size[1]))
    canvas.darken()
    for house in houses:
        build_house(canvas, rng, house)


def _reaches(polygon: np.ndarray, centre: np.ndarray, radius: float) -> bool:
    inside = cv2.pointPolygonTest(polygon.astype(np.float32), tuple(map(float, centre)), True)
    return bool(inside > -radius)


def drive_cars(canvas: Canvas, rng: np.random.Generator, road: Road, metres_between: float) -> None:
    """Put cars on both lanes of a road."""
    length = np.linalg.norm(np.diff(road.points, axis=0), axis=1).sum()
    for _ in range(rng.poisson(length / metres_between)):
        i = int(rng.integers(1, len(road.points) - 1))
        ahead = road.points[i + 1] - road.points[i - 1]
        angle = float(np.arctan2(ahead[1], ahead[0]))
        lane = turned(np.array([[0.0, rng.choice((-0.24, 0.24)) * road.width]]), angle)[0]
        draw_car(canvas, pick(rng, PAINT, 10), road.points[i] + lane, angle)


def park_cars(canvas: Canvas, rng: np.random.Generator, places: Places, count: int) -> None:
    """Cars beside houses, some of them in a row."""
    for _ in range(count):
        row, angle = int(rng.choice((1, 1, 2, 4))), rng.uniform(0, np.pi)
        centre = places.find(rng, canvas.metres, 1.4 * row + 1.5)
        if centre is not None:
            for i in range(row):
                aside = turned(np.array([[0.0, 2.7 * (i - (row - 1) / 2)]]), angle)[0]
                draw_car(canvas, pick(rng, PAINT, 10), centre + aside, angle)


def draw_car(canvas: Canvas, colour: Colour, centre: np.ndarray, angle: float) -> None:
    canvas.polygon(rectangle(centre + 1.2 * canvas.sun, 4.4, 1.8, angle), (52, 52, 56))
    canvas.polygon(rectangle(centre, 4.4, 1.8, angle), colour)
    for along, length in ((0.75, 0.7), (-1.2, 0.5)):
        spot = centre + turned(np.array([[along, 0.0]]), angle)[0]
        canvas.polygon(rectangle(spot, length, 1.55, angle), (44, 50, 58))


def plant_trees(
    canvas: Canvas,
    rng: np.random.Generator,
    trees: list[tuple[np.ndarray, float]],
    crowns: tuple[Colour, ...],
) -> None:
    """Draw trees (centre, radius): first all shadows, then crowns, lighter towards the sun."""
    for centre, radius in trees:
        canvas.cast(circle(centre, 0.85 * radius, 10), 1.6 * radius)
    canvas.darken()
    light = -canvas.sun / np.linalg.norm(canvas.sun)
    places, radii, tints, chances = [], [], [], []
    for centre, radius in trees:
        crown = np.array(pick(rng, crowns, 9))
        corners = circle(centre, 0.55 * radius, int(rng.integers(5, 9)))
        chance = rng.standard_normal((len(corners), 6))
        lights = [(rng.standard_normal(2), rng.random(), rng.standard_normal(4)) for _ in range(4)]
        away, sizes, lighter = (np.array(own) for own in zip(*lights, strict=True))
        places += [corners + 0.1 * radius * chance[:, :2], centre[None]]
        places.append(centre + radius * (0.3 * light + 0.28 * away))
        radii += [0.45 * radius] * len(corners) + [0.6 * radius]
        radii += ((0.12 + (0.3 - 0.12) * sizes) * radius).tolist()
        tints += [crown] * (len(corners) + 1) + [crown + 16] * 4
        chances += [5 * chance[:, 2:], np.zeros((1, 4)), 6 * lighter]
    if trees:
        colours = variations(np.array(tints), np.concatenate(chances))
        canvas.discs(np.concatenate(places), radii, colours.tolist())


def crown_outline(centre: np.ndarray, radius: float) -> np.ndarray:
    """Return what a crown hides for certain, as a polygon."""
    return circle(centre, 0.9 * radius)
