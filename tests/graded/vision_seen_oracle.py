"""What a person sees of a picture, and what classic mistakes make of it."""

import numpy as np

from common.grading.exercise.oracle import oracle
from common.i18n import Mistake
from tests.graded.vision_bytes import AXES_SWAPPED

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
ALPHA_CUT = Mistake(
    "alpha-cut",
    "mixed with black and then rounded down; to the nearest is asked for",
    "смешано с чёрным и округлено вниз, а нужно до ближайшего",
)
TURNED_TOO_LATE = Mistake(
    "turned-too-late",
    "the note is followed in some pictures only: an image made anew has lost it",
    "пометка учтена не у всех снимков: у созданного заново изображения её уже нет",
)
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
# EXIF 2.32, tag 0x0112: which side of what is stored the 0th row and the 0th column are.
_UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a[::-1].swapaxes(0, 1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: a[:, ::-1].swapaxes(0, 1),
}
WIDE = ("I", "I;16", "I;16B", "F")
_OTHER = ({6: 8, 8: 6}, {5: 7, 6: 8, 7: 5, 8: 6})


@oracle
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
    scale = {"1": 255 * (pixels > 127), "F": pixels * 255, **dict.fromkeys(WIDE[:3], pixels / 257)}
    pixels = scale.get(mode, pixels)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3)), alpha


@oracle
def seen(picture: dict, *, behind: float = 0.0, turned: int | None = None) -> np.ndarray:
    """What a person sees, in float64; a colour behind or another turn makes a mistake of it."""
    colour, alpha = colours(picture)
    way = picture.get("orientation", 1) if turned is None else turned
    return _UPRIGHT[way](colour * alpha + behind * (1 - alpha))


@oracle
def is_veiled(picture: dict) -> bool:
    """Whether something behind would be seen."""
    return bool((colours(picture)[1] < 1).any())


@oracle
def mistaken(picture: dict) -> list[tuple[Mistake, np.ndarray]]:
    """Every mistake with its answer, which for many pictures is the right one."""
    right, way = seen(picture), picture.get("orientation", 1)
    colour, alpha = (_UPRIGHT[way](part) for part in colours(picture))
    wide, veiled = picture["mode"] in WIDE, bool((alpha < 1).any())
    unturned = seen(picture, turned=1) if picture["format"] != "TIFF" else right
    upright = {2: 1, 4: 3, 5: 8, 7: 6}.get(way, way), {2: 1, 4: 3, 5: 6, 7: 8}.get(way, way)
    known = [
        (INVERTED, right[..., ::-1]),
        (AXES_SWAPPED, right.swapaxes(0, 1)),
        (UNTURNED, unturned),
        (TURNED_TOO_LATE, unturned if wide or veiled else right),
        (TURNED_TOO_LATE, unturned if wide else right),
        (TURNED_TOO_LATE, unturned if veiled else right),
        *((OTHER_WAY, seen(picture, turned=other.get(way, way))) for other in _OTHER),
        *((UNMIRRORED, seen(picture, turned=turned)) for turned in upright),
        (ALPHA_DROPPED, colour),
        (WHITE, seen(picture, behind=255.0)),
        (CUT_OUT, colour * (alpha > 0.5)),
        (CUT_OUT, colour * (alpha > 0)),
        (ALPHA_CUT, np.floor(right + 1e-6) if veiled else right),
    ]
    values = _UPRIGHT[way](picture["pixels"].astype(np.float64))
    grey = np.repeat(values[..., None], 3, axis=2) if values.ndim == 2 else right
    known.append((INDICES, grey if picture["mode"] == "P" else right))
    low, span = grey.min(), max(grey.max() - grey.min(), 1e-9)
    real = picture["mode"] == "F"
    as_wide = [
        (HIGH_BYTE, np.floor(right)),
        (HIGH_BYTE, np.floor(right if real else grey / 256)),
        (CLIPPED, right if real else np.minimum(grey, 255)),
        (STRETCHED, 255 * grey / max(grey.max(), 1e-9)),
        (STRETCHED, 255 * (grey - low) / span),
        (BLACK, np.floor(grey) if real else right),
        (BLACK, np.rint(grey) if real else right),
    ]
    return known + [(mistake, answer if wide else right) for mistake, answer in as_wide]
