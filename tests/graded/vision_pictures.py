"""The pictures that are opened: of every mode, way of lying and transparency."""

import numpy as np

from tests.graded.cases import cases


def _size(rng) -> tuple[int, int]:
    height, width = int(rng.integers(3, 6)), int(rng.integers(6, 9))
    return (height, width) if rng.integers(2) else (width, height)


def _drawn(rng, mode: str, *channels: int, file: str = "PNG", low: int = 0, **more) -> dict:
    pixels = rng.integers(low, 256, (*_size(rng), *channels), dtype=np.uint8)
    return {"mode": mode, "format": file, "pixels": pixels, **more}


def _palette(rng, **more) -> dict:
    """A palette of a few colours, none of which is grey, black or the place that it stands at."""
    table = rng.integers(20, 256, (6, 3), dtype=np.uint8)
    pixels = rng.integers(0, 6, _size(rng), dtype=np.uint8)
    pixels.flat[:6] = range(6)
    return {"mode": "P", "format": "PNG", "pixels": pixels, "palette": table, **more}


def _kinds(rng):
    kind = rng.integers(5)
    if kind == 4:
        return _drawn(rng, "CMYK", 4, file="TIFF")
    return [_drawn(rng, "RGB", 3), _drawn(rng, "L"), _drawn(rng, "1"), _palette(rng)][kind]


def _turned(rng, way: int = 0):
    return _drawn(rng, "RGB", 3, orientation=way or int(rng.integers(1, 9)))


def _wide(rng, mode: str = "", **more):
    mode = mode or str(rng.choice(["I;16", "I", "I;16B"]))
    values = rng.integers(0, 65_536, _size(rng)).astype(np.int32)
    return {"mode": mode, "format": "PNG" if mode == "I;16" else "TIFF", "pixels": values, **more}


def _steps(mode: str) -> dict:
    """Just below and just above the middle between two of the 256 steps, for each of them."""
    values = 257 * np.arange(255)[None] + np.array([[128], [129]])
    return {**_wide(np.random.default_rng(0), mode), "pixels": values.astype(np.int32)}


def _dark(mode: str) -> dict:
    """A picture with neither black nor white in it, and one of a single value."""
    return {**_steps(mode), "pixels": np.array([[700, 1000, 30_000, 386]] * 3, np.int32)}


def _bright(mode: str) -> dict:
    """The brightest there is: a step that is added leaves sixteen bits."""
    return {**_steps(mode), "pixels": np.array([[65_535, 65_408, 65_407, 0]] * 3, np.int32)}


def _faint(mode: str) -> dict:
    """Nearly black: whoever guesses from the largest value takes it for numbers from 0 to 1."""
    return {**_steps(mode), "pixels": np.array([[0, 1, 1, 0]] * 3, np.int32)}


def _real(rng):
    """Numbers that no rounding is in doubt about."""
    steps = rng.integers(1, 255, _size(rng)) + rng.uniform(-0.45, 0.45)
    return {"mode": "F", "format": "TIFF", "pixels": (steps / 255).astype(np.float32)}


def _real_steps() -> dict:
    steps = np.arange(255)[None] + np.array([[0.4998], [0.5002]])
    steps[:, 0] = 0, 255
    return {"mode": "F", "format": "TIFF", "pixels": (steps / 255).astype(np.float32)}


def _half_seen(rng, **more):
    mode = str(rng.choice(["RGBA", "LA"]))
    picture = _drawn(rng, mode, len(mode), low=60, **more)
    picture["pixels"][0, :3, -1] = rng.permutation([0, 90, 180])
    return picture


def _all_shares(mode: str) -> dict:
    """Every alpha, with colours whose mixture lies just above and below a half."""
    share, colour = np.arange(256), np.array([[255], [254], [127], [3]])
    pixels = np.broadcast_to(colour[..., None], (4, 256, len(mode))).copy()
    pixels[..., -1] = share
    return {"mode": mode, "format": "PNG", "pixels": pixels.astype(np.uint8)}


def _see_through(rng, kind: int | None = None, **more):
    kind = int(rng.integers(4)) if kind is None else kind
    if kind == 0:
        return _palette(rng, transparency=[255, 0, int(rng.integers(90, 160))], **more)
    if kind == 1:  # one entry and nothing half seen: Pillow gives its number, not a table
        return _palette(rng, transparency=[255, 255, 0], **more)
    picture = _drawn(rng, "L", low=60) if kind == 2 else _drawn(rng, "RGB", 3, low=60)
    key = picture["pixels"][1, 1]
    return {**picture, "transparency": int(key) if kind == 2 else key.tolist(), **more}


def _fixed(draw, *arguments, **more):
    return draw(np.random.default_rng(7), *arguments, **more)


def _turned_kinds(rng, way: int = 0):
    """What lies on its side, and is wide, see-through or a palette as well."""
    note = {"orientation": way or int(rng.integers(2, 9))}
    kind = int(rng.integers(4)) if not way else way % 4
    if kind == 0:
        return _wide(rng, "I;16", **note)
    if kind == 1:
        return _half_seen(rng, **note)
    return _see_through(rng, **note) if kind == 2 else _palette(rng, **note)


KINDS = cases(
    _kinds,
    _fixed(_drawn, "RGB", 3),
    _fixed(_drawn, "L"),
    _fixed(_drawn, "1"),
    _fixed(_palette),
    _fixed(_drawn, "CMYK", 4, file="TIFF"),
)
TURNED = cases(_turned, *(_fixed(_turned, way) for way in range(1, 9)))
TURNED_KINDS = cases(
    _turned_kinds,
    *(_fixed(_turned_kinds, way) for way in range(2, 9)),
    *(_fixed(_see_through, kind, orientation=6) for kind in range(4)),
    _fixed(_wide, "I;16", orientation=5),
    {**_steps("I;16"), "orientation": 5},
    _fixed(_half_seen, orientation=8),
)
SIXTEEN = cases(
    _wide,
    *(make(mode) for make in (_dark, _faint, _steps, _bright) for mode in ("I;16", "I", "I;16B")),
)
REAL = cases(_real, _real_steps(), _fixed(_real))
HALF_SEEN = cases(_half_seen, _all_shares("RGBA"), _all_shares("LA"))
SEE_THROUGH = cases(_see_through, *(_fixed(_see_through, kind) for kind in range(4)))
