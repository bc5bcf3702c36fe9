"""Checks of opening a picture as a person sees it."""

import numpy as np

from common.grading.exercise.specification import Check, ExerciseSpec
from common.i18n import Mistake, Text
from tests.graded.vision_bytes import expect_kept, expect_picture

PROBES = "tests.graded.vision_probes"

UNTURNED = Mistake(
    "unturned",
    "the picture lies as the sensor saw it: the note in the EXIF data is not followed",
    "снимок лежит так, как его видел датчик: пометка в EXIF не учтена",
)
OTHER_WAY = Mistake(
    "other-way",
    "the picture is turned the other way: the note says how to turn it upright",
    "снимок повёрнут не в ту сторону: пометка говорит, как поставить его прямо",
)
UNMIRRORED = Mistake(
    "unmirrored",
    "the notes 2, 4, 5 and 7 mirror the picture as well",
    "пометки 2, 4, 5 и 7 ещё и отражают снимок",
)
CLIPPED = Mistake(
    "clipped",
    "the brightness is cut off at 255 and not scaled: nearly all is white",
    "яркость обрезана на 255, а не пересчитана: почти всё стало белым",
)
HIGH_BYTE = Mistake(
    "high-byte",
    "rounded down, or divided by 256: 65535 is 255 and so 257 is one step",
    "округлено вниз или поделено на 256, а 65535 — это 255, так что шаг равен 257",
)
STRETCHED = Mistake(
    "stretched",
    "the picture's own darkest and lightest have become 0 and 255; a dark picture stays dark",
    "самое тёмное и самое светлое стали 0 и 255, а тёмный снимок должен остаться тёмным",
)
BLACK = Mistake(
    "real-as-whole",
    "real numbers from 0 to 1 were taken for whole ones: nearly all is black",
    "вещественные числа от 0 до 1 приняты за целые: почти всё стало чёрным",
)
ALPHA_DROPPED = Mistake(
    "alpha-dropped",
    "transparency was dropped: colours came to light that nobody sees",
    "прозрачность отброшена: проступили цвета, которых никто не видит",
)
WHITE = Mistake("white", "this is white behind the picture", "за снимком здесь белое")
CUT_OUT = Mistake(
    "cut-out",
    "half seen is neither seen nor unseen: mix with black by the alpha",
    "точка наполовину прозрачна: смешайте её с чёрным по альфа-каналу",
)
INVERTED = Mistake(
    "bgr",
    "red and blue have changed places: Pillow gives RGB as it is",
    "красный и синий перепутаны: Pillow и так даёт RGB",
)
INDICES = Mistake(
    "indices",
    "these are the palette's indices and not its colours",
    "это номера в палитре, а не её цвета",
)
UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a[::-1].swapaxes(0, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a[:, ::-1].swapaxes(0, 1),
}
"""EXIF 2.32, tag 0x0112: which side of what is stored the 0th row and the 0th column are."""
OTHER = {5: 7, 6: 8, 7: 5, 8: 6}


def colours(picture: dict) -> tuple[np.ndarray, np.ndarray]:
    """Return what is stored as float64: colours 0 … 255 (h, w, 3) and alpha 0 … 1 (h, w, 1)."""
    pixels, mode = picture["pixels"].astype(np.float64), picture["mode"]
    key = picture.get("transparency")
    alpha = np.ones((*pixels.shape[:2], 1))
    if mode == "P":
        table = np.array([*(key or []), *[255] * 256], np.float64)
        alpha = table[picture["pixels"]][..., None] / 255
        return picture["palette"][picture["pixels"]].astype(np.float64), alpha
    if mode in ("LA", "RGBA"):
        alpha, pixels = pixels[..., -1:] / 255, pixels[..., :-1]
    elif key is not None:
        alpha = (pixels.reshape(*pixels.shape[:2], -1) != key).any(-1, keepdims=True) * 1.0
    if mode == "CMYK":
        pixels = (255 - pixels[..., :3]) * (255 - pixels[..., 3:]) / 255
    scale = {"1": 255 * (pixels > 127), "F": pixels * 255, "I": pixels / 257, "I;16": pixels / 257}
    pixels = scale.get(mode, pixels)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3)), alpha


def seen(picture: dict, *, behind: float = 0.0, turned: int | None = None) -> np.ndarray:
    """What a person sees, in float64; a colour behind or another turn makes a mistake of it."""
    colour, alpha = colours(picture)
    way = picture.get("orientation", 1) if turned is None else turned
    return UPRIGHT[way](colour * alpha + behind * (1 - alpha))


def _mistaken(picture: dict) -> list[tuple[Mistake, np.ndarray]]:
    right, way = seen(picture), picture.get("orientation", 1)
    colour, alpha = (UPRIGHT[way](part) for part in colours(picture))
    unmirrored = {2: 1, 4: 3, 5: 8, 7: 6}.get(way, way)
    known = [
        (INVERTED, right[..., ::-1]),
        (UNTURNED, seen(picture, turned=1)),
        (OTHER_WAY, seen(picture, turned=OTHER.get(way, way))),
        (UNMIRRORED, seen(picture, turned=unmirrored)),
        (UNMIRRORED, seen(picture, turned={2: 1, 4: 3, 5: 6, 7: 8}.get(way, way))),
        (ALPHA_DROPPED, colour),
        (WHITE, seen(picture, behind=255.0)),
        (CUT_OUT, colour * (alpha > 0.5)),
        (CUT_OUT, colour * (alpha > 0)),
    ]
    values = picture["pixels"].astype(np.float64)
    if picture["mode"] == "P":
        known.append((INDICES, np.repeat(values[..., None], 3, axis=2)))
    if picture["mode"] in ("I", "I;16", "F"):
        low, high = values.min(), values.max()
        wide = [
            (HIGH_BYTE, np.floor(right)),
            (HIGH_BYTE, np.floor(values / 256)),
            (CLIPPED, np.minimum(values, 255)),
            (STRETCHED, 255 * values / high),
            (STRETCHED, 255 * (values - low) / (high - low)),
        ]
        if picture["mode"] == "F":
            wide[1:3] = [(BLACK, np.floor(values)), (BLACK, np.rint(values))]
        known += [
            (mistake, np.repeat(a[..., None], 3, axis=2) if a.ndim == 2 else a)
            for mistake, a in wide
        ]
    return known


def judge_seen(inputs: dict, output) -> None:
    for picture, answer in zip(inputs["pictures"], output, strict=True):
        given = _described(picture)
        exact = picture["mode"] in ("1", "L", "RGB", "P", "I", "I;16", "F")
        off = 0 if exact and "transparency" not in picture else 1
        expect_picture(
            answer["seen"], seen(picture), given=given, off=off, suspects=_mistaken(picture)
        )
        expect_kept(answer["unchanged"], given=given)


def _described(picture: dict) -> str:
    height, width = picture["pixels"].shape[:2]
    notes = [f"a {picture['format']} file of mode {picture['mode']!r}, {width}x{height}"]
    if "orientation" in picture:
        notes.append(f"EXIF orientation {picture['orientation']}")
    if "transparency" in picture:
        notes.append(f"transparency {picture['transparency']}")
    if picture["mode"] == "P":
        notes.append(f"palette {picture['palette'][:3].tolist()} …")
    first = picture["pixels"].reshape(-1, *picture["pixels"].shape[2:])[:6]
    return ", ".join(notes) + f"; its first pixels {first.tolist()}"


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
    pictures = [
        _drawn(rng, "RGB", 3),
        _drawn(rng, "L"),
        _drawn(rng, "1"),
        _palette(rng),
        _drawn(rng, "CMYK", 4, file="TIFF"),
    ]
    return {"pictures": pictures}


def _turned(rng):
    ways = [int(way) for way in rng.permutation(range(1, 9))]
    return {"pictures": [_drawn(rng, "RGB", 3, orientation=way) for way in ways]}


def _sixteen(rng):
    pictures = []
    for mode, file in (("I;16", "PNG"), ("I;16", "TIFF"), ("I", "TIFF")):
        values = rng.integers(1000, 60_000, _size(rng)).astype(np.int32)
        values[0, :3] = [0, 256, 65_535] if mode == "I" else [700, 50_000, 386]
        pictures.append({"mode": mode, "format": file, "pixels": values})
    return {"pictures": pictures}


def _real(rng):
    """Numbers that no rounding is in doubt about."""
    steps = rng.integers(40, 200, _size(rng)) + rng.uniform(-0.4, 0.4)
    steps[0, 0] = 60.3 if rng.integers(2) else 60.8
    values = (steps / 255).astype(np.float32)
    return {"pictures": [{"mode": "F", "format": "TIFF", "pixels": values}]}


def _half_seen(rng):
    pictures = [_drawn(rng, "RGBA", 4, low=60), _drawn(rng, "LA", 2, low=60)]
    for picture in pictures:
        picture["pixels"][0, :3, -1] = rng.permutation([0, 90, 180])
    return {"pictures": [pictures[i] for i in rng.permutation(2)]}


def _see_through(rng):
    grey, colour = _drawn(rng, "L", low=60), _drawn(rng, "RGB", 3, low=60)
    key, hole = int(grey["pixels"][1, 1]), colour["pixels"][1, 1]
    pictures = [
        _palette(rng, transparency=[255, 0, int(rng.integers(90, 160))]),
        {**grey, "transparency": key},
        {**colour, "transparency": tuple(int(part) for part in hole)},
    ]
    return {"pictures": [_as_lists(pictures[i]) for i in rng.permutation(3)]}


def _as_lists(picture: dict) -> dict:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in picture.items()}


_SEEN = f"{PROBES}:to_rgb"
AS_SEEN = ExerciseSpec(
    "vision.images.to_rgb",
    Text("As a person sees it", "Как видит человек"),
    """
    Верните снимок таким, каким его видит человек: uint8, RGB, (высота, ширина, 3).

    В файле хранится не только по три цвета на точку, и один `image.convert("RGB")`
    кое-что сделает неверно:

    - Камера сохраняет то, что увидел датчик, а в данных EXIF помечает, как это
      повернуть или отразить. Верните снимок в правильной ориентации: это
      умеет `PIL.ImageOps`.
    - У режимов из WIDE больше восьми бит. Такой снимок серый: в режиме "F" —
      вещественные числа от 0 до 1, в остальных — целые от 0 до 65535. И те и другие
      пересчитываются в 0 … 255 с округлением до ближайшего, а не обрезаются на 255.
    - Снимок бывает прозрачным, целиком или частью: из-за отдельного канала, записей
      палитры или одного цвета, который значит «ничего». Об этом говорит
      `image.has_transparency_data`, а `convert("RGBA")` даёт любому из них
      альфа-канал. Ответ — то, что видно, если сзади чёрное: наполовину прозрачная
      белая точка — это (128, 128, 128).

    Всё прочее — серое, палитра, краски (CMYK) — такое, каким его даёт `convert`.
    Сам снимок не меняется.
    """,
    (
        Text(
            "Three questions in this order: how does it lie, how many bits has it, can one see "
            "through it? Each is answered by a line or two of Pillow, and only the bits by NumPy.",
            "Три вопроса в таком порядке: как он лежит, сколько в нём бит, видно ли сквозь него? "
            "На каждый отвечает строка-другая Pillow, и только на вопрос о битах — NumPy.",
        ),
        Text(
            "ImageOps.exif_transpose gives a new image. What does Pillow offer to lay one RGBA "
            "image over another of the same size? And how large is one step of 255 in numbers "
            "that end at 65535?",
            "ImageOps.exif_transpose даёт новое изображение. Что есть в Pillow, чтобы положить "
            "одно изображение RGBA на другое того же размера? И чему равен один шаг из 255 в "
            "шкале 0…65535?",
        ),
    ),
    (
        Check("kinds", Text("colour, grey, palette, inks", "цвет, серое, палитра, краски"), _kinds,
              _SEEN, judge_seen),
        Check("turned", Text("upright, as EXIF says", "прямо, как сказано в EXIF"), _turned, _SEEN,
              judge_seen),
        Check("sixteen", Text("sixteen bits", "шестнадцать бит"), _sixteen, _SEEN, judge_seen),
        Check("real", Text("real numbers", "вещественные числа"), _real, _SEEN, judge_seen),
        Check("half-seen", Text("half seen, over black", "наполовину прозрачные точки, над чёрным"),
              _half_seen, _SEEN, judge_seen),
        Check("see-through", Text("transparent palettes and colours",
              "прозрачные палитры и цвета"), _see_through, _SEEN, judge_seen),
    ),
)  # fmt: skip
