"""Landing pads, and what is taken for one: the same paint without the letter, pools, hatches."""

import numpy as np

from vision.synthetic.canvas import Canvas, Colour, circle, pick, rectangle, turned, vary

BASES = (
    *((70, 72, 76), (104, 104, 102), (150, 148, 142), (196, 194, 188), (206, 104, 44)),
    *((44, 84, 138), (58, 104, 74), (132, 62, 52), (172, 150, 70), (34, 36, 40)),
)
PAINTS = ((232, 232, 226), (228, 196, 60), (200, 60, 46), (38, 40, 44), (236, 150, 60))
CONTRAST = 70

LETTERS: dict[str, list[tuple[float, float, float, float]]] = {
    "H": [(-0.3, -0.42, -0.3, 0.42), (0.3, -0.42, 0.3, 0.42), (-0.3, 0, 0.3, 0)],
    "X": [(-0.36, -0.4, 0.36, 0.4), (-0.36, 0.4, 0.36, -0.4)],
    "P": [
        *((-0.25, -0.42, -0.25, 0.42), (-0.25, -0.4, 0.25, -0.4)),
        *((0.25, -0.4, 0.25, 0.02), (-0.25, 0.02, 0.25, 0.02)),
    ],
    "T": [(-0.34, -0.38, 0.34, -0.38), (0, -0.38, 0, 0.42)],
    "+": [(-0.42, 0, 0.42, 0), (0, -0.42, 0, 0.42)],
    "E": [(-0.25, -0.42, -0.25, 0.42), *((-0.25, y, 0.28, y) for y in (-0.4, 0.0, 0.4))],
    "N": [(-0.28, -0.42, -0.28, 0.42), (0.28, -0.42, 0.28, 0.42), (-0.28, -0.4, 0.28, 0.4)],
    "": [],
}


def draw_pad(
    canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, across: float
) -> np.ndarray:
    """Draw a landing pad `across` metres wide: a plate, a ring and an H; return its outline."""
    return draw_plate(canvas, rng, centre, across, "H")


def draw_plate(
    canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, across: float, letter: str
) -> np.ndarray:
    """Draw a plate with a ring and a letter, in colours that stand off; return its outline (n, 2).

    A plate is a disc `across` metres wide, or a square of the same area.
    """
    angle, half = rng.uniform(0, 2 * np.pi), across / 2
    is_round = rng.random() < 0.6
    base, paint = _colours(rng)
    side = np.sqrt(np.pi) * half
    outline = circle(centre, half) if is_round else rectangle(centre, side, side, angle)
    canvas.polygon(outline, base)
    if rng.random() < 0.5:
        canvas.line(outline, 0.05 * across, vary(rng, paint, 10), closed=True)
    ring = circle(centre, rng.uniform(0.66, 0.8) * half)
    canvas.line(ring, rng.uniform(0.05, 0.09) * across, paint, closed=True)
    draw_letter(canvas, letter, centre, rng.uniform(0.5, 0.62) * across, angle, paint)
    _wear(canvas, rng, centre, half, base)
    return outline


def draw_letter(
    canvas: Canvas, letter: str, centre: np.ndarray, height: float, angle: float, paint: Colour
) -> None:
    """Paint a letter of strokes as thick as a sixth of its height."""
    for x1, y1, x2, y2 in LETTERS[letter]:
        ends = turned(np.array([[x1, y1], [x2, y2]]) * height, angle) + centre
        canvas.line(ends, 0.16 * height, paint)


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    while True:
        base, paint = pick(rng, BASES, 12), pick(rng, PAINTS, 8)
        if np.abs(np.subtract(base, paint)).max() > CONTRAST:
            return base, paint


def _wear(
    canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, half: float, base: Colour
) -> None:
    """Rub off some of the paint."""
    for _ in range(rng.integers(0, 12)):
        spot = centre + rng.normal(0, 0.4 * half, 2)
        if np.linalg.norm(spot - centre) < 0.8 * half:
            canvas.disc(spot, rng.uniform(0.02, 0.08) * half, vary(rng, base, 10))


def draw_pool(canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, across: float) -> None:
    """A round pool, a trampoline, or a water tank: a rim and something flat within."""
    rims = ((222, 220, 214), (180, 176, 168), (60, 90, 150), (120, 116, 110))
    fills = ((84, 168, 196), (60, 130, 170), (40, 42, 48), (150, 156, 160), (96, 180, 170))
    half, fill = across / 2, pick(rng, fills, 10)
    canvas.disc(centre, half, pick(rng, rims, 8))
    canvas.disc(centre, rng.uniform(0.72, 0.9) * half, fill)
    if rng.random() < 0.6:
        lighter = tuple(min(255.0, c + 22) for c in fill)
        canvas.disc(centre + canvas.sun * 0.05 * across, 0.5 * half, lighter)
    if rng.random() < 0.25:
        canvas.line(circle(centre, 0.35 * half), 0.05 * across, (220, 220, 214), closed=True)


def draw_hatch(canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, across: float) -> None:
    """A hatch or a vent: a lid with a frame, a cross or blades on it."""
    angle, half = rng.uniform(0, np.pi), across / 2
    lid = pick(rng, ((120, 118, 114), (160, 160, 158), (84, 84, 86), (188, 186, 180)), 10)
    darker = tuple(0.6 * c for c in lid)
    if rng.random() < 0.5:
        canvas.polygon(rectangle(centre, across, across, angle), darker)
        canvas.polygon(rectangle(centre, 0.8 * across, 0.8 * across, angle), lid)
    else:
        canvas.disc(centre, half, darker)
        canvas.disc(centre, 0.84 * half, lid)
    if rng.random() < 0.5:
        for turn in (0, np.pi / 2):
            ends = turned(np.array([[-0.7, 0], [0.7, 0]]) * half, angle + turn) + centre
            canvas.line(ends, 0.1 * across, darker)
    else:
        canvas.disc(centre, 0.3 * half, darker)


def draw_umbrella(
    canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, across: float
) -> None:
    """A parasol or a roundabout: sectors in two colours."""
    colours = pick(rng, PAINTS, 12), pick(rng, BASES, 12)
    edge, count = circle(centre, across / 2, 48), 2 * int(rng.integers(3, 7))
    for i in range(count):
        part = np.arange(i * 48 // count, (i + 1) * 48 // count + 1) % 48
        canvas.polygon(np.concatenate([centre[None], edge[part]]), colours[i % 2])


def draw_lookalike(
    canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, across: float
) -> None:
    """Something that a hasty eye lands on."""
    kind = rng.random()
    if kind < 0.3:
        letters = [letter for letter in LETTERS if letter != "H"]
        draw_plate(canvas, rng, centre, across, letters[rng.integers(len(letters))])
    elif kind < 0.42:
        draw_letter(canvas, "H", centre, across, rng.uniform(0, 6), pick(rng, PAINTS[:2]))
    elif kind < 0.68:
        draw_pool(canvas, rng, centre, across)
    elif kind < 0.88:
        draw_hatch(canvas, rng, centre, across)
    else:
        draw_umbrella(canvas, rng, centre, across)
