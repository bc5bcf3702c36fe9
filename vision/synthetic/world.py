"""One land: its ground and everything on it, drawn once, over which a flight then looks."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from vision.synthetic import land, pads, town
from vision.synthetic.canvas import Canvas, Places, grain, noise, turned

VIEW = 1.2
"""Metres of ground across a frame for each metre of altitude: a lens of 62 degrees."""
LOWEST, HIGHEST = 15.0, 120.0
CLIMB = 1.5
"""How many times higher than at its lowest a flight gets."""
REACH = 2.15
"""How far from its middle a land is drawn, in widths of the lowest frame."""
SMALLEST, LARGEST = 0.0050, 0.0275
"""Share of the lowest frame that a pad takes; at its highest the flight sees less than half."""

MORE, ABOUT = 3, 1.1
"""Pads beside that in the middle, at most, and how far from it, in widths of the lowest frame."""
NEAR = 22.0
"""Metres around the middle within which more look-alikes may be strewn."""

HIDDEN = 0.4
"""Share of the pads on the ground that a tree reaches over."""

KINDS = ("fields", "village", "town", "industry", "forest", "shore")


@dataclass(frozen=True)
class World:
    """A land to fly over.

    ground: (side, side, 3) uint8 RGB. pad: (side, side) uint8, 255 where a pad is open to the
    sky. outlines: of each pad its edge, (n, 2) metres. scale: pixels in a metre. lowest: altitude
    in metres for which the ground is drawn.
    """

    ground: np.ndarray
    pad: np.ndarray
    outlines: list[np.ndarray]
    scale: float
    lowest: float
    lookalikes: np.ndarray


def make_world(rng: np.random.Generator, size: int, *, crowd: int = 0) -> World:
    """Draw a land for frames of `size` pixels; nine of ten have a pad in the middle, and some of
    them more around it. crowd: see `furnish`."""
    lowest = LOWEST * (HIGHEST / CLIMB / LOWEST) ** rng.random()
    frame = VIEW * lowest
    bearing, elevation = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.2)
    sun = np.array([np.cos(bearing), np.sin(bearing)]) / np.tan(elevation)
    side = round(2 * REACH * size)
    canvas = Canvas(side, 2 * REACH * frame, sun=sun, shade=rng.uniform(0.3, 0.6))
    across = frame * np.sqrt(rng.uniform(SMALLEST**0.5, LARGEST**0.5) ** 2 * 4 / np.pi)
    drawn = furnish(canvas, rng, across, more=ABOUT * frame, crowd=crowd)
    canvas.brighten(0.03 * grain(rng, side))
    if rng.random() < 0.4:  # clouds
        canvas.brighten(-0.4 * np.clip(noise(rng, side, 4) - rng.uniform(0, 0.6), 0, 0.8))
    own = canvas.scale, lowest, drawn.lookalikes
    return World(canvas.image, drawn.pad, drawn.outlines, *own)


class Furnished(NamedTuple):
    """pad: (side, side) uint8, 255 where a pad is open to the sky. outlines: of each pad its edge,
    (n, 2) metres, first that in the middle. lookalikes: (n, 3) metres, where they lie (x, y), and
    how wide they are."""

    pad: np.ndarray
    outlines: list[np.ndarray]
    lookalikes: np.ndarray

    @property
    def outline(self) -> np.ndarray:
        """The edge of the pad in the middle, empty where there is none."""
        return self.outlines[0] if self.outlines else np.empty((0, 2))


def furnish(
    canvas: Canvas,
    rng: np.random.Generator,
    across: float,
    *,
    pad: bool | None = None,
    more: float = 0.0,
    near: int = 0,
    crowd: int = 0,
) -> Furnished:
    """Draw everything, from the ground up.

    Args:
        across: metres of a pad's diameter.
        pad: whether there is a pad, in full view; None leaves both to chance.
        more: metres from the middle within which more pads may lie, where there is one; 0: none do.
        near: more look-alikes, so many of them within `NEAR` metres of the middle.
        crowd: things more on all of the land, as far as there is room, under no tree: as many pads
            as plates with other letters.
    """
    kind = KINDS[rng.integers(len(KINDS))]
    names = list(land.SEASONS)
    season = land.SEASONS[names[rng.choice(4, p=(0.45, 0.2, 0.17, 0.18))]]
    places, middle = Places(), np.zeros(2)
    land.lay_ground(canvas, rng, season, fields=kind in ("fields", "village", "shore"))
    if kind == "shore" or rng.random() < 0.12:
        land.lay_water(canvas, rng, places, clear=across)
    crossing = rng.integers(*{"forest": (0, 2), "town": (2, 4)}.get(kind, (1, 3)))
    roads = [land.lay_road(canvas, rng, places, clear=across) for _ in range(crossing)]
    places.take([middle], 0.75 * across)
    outlines: list[np.ndarray] = []
    has_pad, raised = rng.random() < 0.88, kind in ("town", "industry") and rng.random() < 0.4
    has_pad = has_pad if pad is None else pad
    if raised:
        _raise_roof(canvas, rng, places, across)
    if has_pad and not raised:
        outlines.append(pads.draw_pad(canvas, rng, middle, across))
    others = _more_pads(canvas, rng, places, across, more) if has_pad and more else []
    crowded, plates = _crowd(canvas, rng, places, across, crowd)
    lookalikes = plates + _scatter(canvas, rng, places, across, 0.85 * canvas.metres)
    if near:
        lookalikes += _scatter(canvas, rng, places, across, 2 * NEAR, near)
    per_hectare = {"fields": 1, "village": 16, "town": 22, "industry": 9, "forest": 1, "shore": 4}
    largest = {"town": 34, "industry": 60}.get(kind, 15)
    hectares = canvas.metres**2 / 1e4
    count = min(60, int(rng.poisson(1 + per_hectare[kind] * hectares)))
    shown = others + crowded
    spared = [(middle, 0.75 * across), *((centre, 0.75 * wide) for centre, wide, _ in shown)]
    town.build_town(canvas, rng, places, count=count, largest=largest, spared=spared)
    for road in roads:
        town.drive_cars(canvas, rng, road, 30 if kind in ("town", "industry") else 120)
    cars = {"town": 14, "industry": 10, "village": 3}.get(kind, 0)
    town.park_cars(canvas, rng, places, min(30, int(rng.poisson(cars * hectares))))
    if has_pad and raised:
        outlines.append(pads.draw_pad(canvas, rng, middle, across))
    trees = _trees(canvas, rng, places, kind, hectares)
    chance = has_pad and not raised and rng.random() < HIDDEN
    hidden = _overhang(rng, across) if chance and pad is None else []
    for centre, wide, _ in others:
        over = _overhang(rng, wide) if rng.random() < HIDDEN else []
        hidden += [(centre + away, radius) for away, radius in over]
    town.plant_trees(canvas, rng, trees + hidden, season.crowns)
    outlines += [outline for _, _, outline in shown]
    return Furnished(_open_pad(canvas, outlines, hidden), outlines, np.array(lookalikes))


def _more_pads(
    canvas: Canvas, rng: np.random.Generator, places: Places, across: float, metres: float
) -> list[tuple[np.ndarray, float, np.ndarray]]:
    """Draw up to `MORE` pads within so many metres of the middle; return (x, y), width and edge of
    each."""
    drawn = []
    for _ in range(rng.integers(MORE + 1)):
        wide = across * rng.uniform(0.85, 1.15)
        centre = places.find(rng, 2 * metres, 0.75 * wide)
        if centre is not None:
            drawn.append((centre, wide, pads.draw_pad(canvas, rng, centre, wide)))
    return drawn


def _crowd(
    canvas: Canvas, rng: np.random.Generator, places: Places, across: float, count: int
) -> tuple[list[tuple[np.ndarray, float, np.ndarray]], list[tuple[float, float, float]]]:
    """Draw pads, and plates with other letters, over all of a land; return of the pads (x, y),
    width and edge, of the plates (x, y, width)."""
    letters = [letter for letter in pads.LETTERS if letter != "H"]
    drawn, plates = [], []
    for number in range(count):
        wide = across * rng.uniform(0.6, 1.25)
        centre = places.find(rng, 0.85 * canvas.metres, 0.75 * wide)
        if centre is None:
            continue
        if number % 2:
            drawn.append((centre, wide, pads.draw_pad(canvas, rng, centre, wide)))
        else:
            letter = letters[rng.integers(len(letters))]
            pads.draw_plate(canvas, rng, centre, wide, letter)
            plates.append((float(centre[0]), float(centre[1]), wide))
    return drawn, plates


def _raise_roof(canvas: Canvas, rng: np.random.Generator, places: Places, across: float) -> None:
    """Put a flat roof under the middle, with room for a pad."""
    long, wide = rng.uniform(1.3, 2.6, 2) * across
    house = town.House(np.zeros(2), (long, wide), rng.uniform(0, np.pi))
    canvas.cast(house.corners, rng.uniform(6, 20) * across / 12)
    canvas.darken()
    town.flat_roof(canvas, rng, house, town.pick(rng, town.FLAT, 10))
    places.take([house.centre], 0.5 * float(np.hypot(long, wide)))


def _scatter(
    canvas: Canvas,
    rng: np.random.Generator,
    places: Places,
    across: float,
    metres: float,
    count: int | None = None,
) -> list[tuple[float, float, float]]:
    """Strew look-alikes, of the size of a pad and of the sizes that they have, over a square of so
    many metres; return (x, y, width) of each."""
    strewn = []
    for _ in range(rng.integers(8, 18) if count is None else count):
        wide = across * rng.uniform(0.45, 1.25)
        centre = places.find(rng, metres, 0.6 * wide)
        if centre is not None:
            pads.draw_lookalike(canvas, rng, centre, wide)
            strewn.append((float(centre[0]), float(centre[1]), wide))
    return strewn


def _trees(
    canvas: Canvas, rng: np.random.Generator, places: Places, kind: str, hectares: float
) -> list[tuple[np.ndarray, float]]:
    """Return trees (centre, radius), single and in groups, none of them over the pad."""
    per_hectare = {"forest": 240, "village": 40, "town": 25, "shore": 40}.get(kind, 10)
    count = min(420, int(rng.poisson(per_hectare * hectares)))
    groups = rng.uniform(-0.5, 0.5, (max(1, count // 12), 2)) * canvas.metres
    trees = []
    for _ in range(count):
        radius = rng.uniform(1.2, 4.2)
        group = groups[rng.integers(len(groups))]
        alone = rng.random() < 0.35
        centre = rng.uniform(-0.5, 0.5, 2) * canvas.metres if alone else rng.normal(group, 9)
        if places.free(centre, 0.8 * radius):
            trees.append((centre, radius))
    return trees


def _overhang(rng: np.random.Generator, across: float) -> list[tuple[np.ndarray, float]]:
    """Return one tree or two whose crowns reach over the pad and hide up to half of it."""
    bearing, trees = rng.uniform(0, 2 * np.pi), []
    for turn in (0.0, rng.uniform(0.6, 1.2))[: rng.integers(1, 3)]:
        radius = across * rng.uniform(0.28, 0.5)
        away = across * rng.uniform(0.05, 0.32) + radius
        trees.append((turned(np.array([[away, 0.0]]), bearing + turn)[0], radius))
    return trees


def _open_pad(
    canvas: Canvas, outlines: list[np.ndarray], hidden: list[tuple[np.ndarray, float]]
) -> np.ndarray:
    """Return where pads are open to the sky."""
    layer = np.zeros((canvas.side, canvas.side), np.uint8)
    for outline in outlines:
        canvas.polygon(outline, (255,), layer)
    for centre, radius in hidden:
        crown = canvas.pixels(town.crown_outline(centre, radius))
        cv2.fillPoly(layer, [crown], 0, cv2.LINE_AA, 4)
    return layer
