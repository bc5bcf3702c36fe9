"""Masks in files: class ids as they were written, or colours of a palette; upright, as arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from common.errors import UserError
from vision.image_formats import count_pages, lossy_format, stretched, value_of_nothing
from vision.images import WIDE, opened, orientation, to_rgb, write_picture

UNKNOWN = 255
MOST_CLASSES = 64
"""So many classes, or colours that tell them, may masks hold."""

Colour = tuple[int, int, int]
CODES = 2**24
"""Colours are values from here on, by their red, green and blue; black is 0."""

TURNS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda mask: mask,
    2: lambda mask: mask[:, ::-1],
    3: lambda mask: mask[::-1, ::-1],
    4: lambda mask: mask[::-1],
    5: lambda mask: mask.T,
    6: lambda mask: np.rot90(mask, -1),
    7: lambda mask: mask[::-1, ::-1].T,
    8: lambda mask: np.rot90(mask),
}
"""What each EXIF orientation asks for."""


@dataclass(frozen=True)
class MaskFacts:
    """What reading a mask to its end has told.

    size: (height, width), upright. orientation: how its EXIF data turn it, 1 for not at all.
    counts: how many pixels hold each value. inner: how many of them lie within their class, with
    eight neighbours of the same value. palette: the colour of each value, where the file has
    a palette that is not just black and white, or colours in its channels. channels: whether it
    has red, green and blue, be they alike or not. between: how many pixels of class ids have a
    lower one beside them, and a higher one. nothing: whether pixels hold what its header says to
    stand for nothing, which is 255 as it is read.
    """

    size: tuple[int, int]
    orientation: int
    counts: dict[int, int]
    palette: dict[int, Colour]
    inner: dict[int, int]
    channels: bool = False
    between: dict[int, int] = field(default_factory=dict)
    nothing: bool = False


def open_mask(path: str | Path, *, content: bytes | None = None) -> np.ndarray:
    """Return the values of a mask as whole numbers (height, width), upright, as they were written.

    A palette's indices are its values, unless all its colours are black and white. Colour
    channels must be alike; what is transparent is 0. Where all that is seen is black, before
    nothing, the mask is in the transparency, and its values are what each pixel has of that.

    Raises UserError as `open_image` does, and for a mask in colour.
    """
    with opened(path, content) as image:
        return _values(path, image, stretched(image))


def open_mask_by_colour(path: str | Path, colours: Sequence[Colour]) -> np.ndarray:
    """Return the class ids of a mask (height, width) uint8: where in `colours` each pixel's is.

    Raises UserError as `open_image` does, and for a colour that is not among them.
    """
    with opened(path, None) as image:
        palette = image.mode == "P"  # of which what is transparent has a colour all the same
        shown = (
            np.array(ImageOps.exif_transpose(image).convert("RGB")) if palette else to_rgb(image)
        )
    ids = np.full(shown.shape[:2], len(colours), np.uint8)
    for label, colour in enumerate(colours):
        ids[(shown == colour).all(2)] = label
    if (ids == len(colours)).any():
        strange = name_colour(shown[ids == len(colours)][0])
        known = ", ".join(map(name_colour, colours))
        raise UserError(f"{path}: holds the colour {strange}, expected one of {known}")
    return ids


def name_colour(colour: Sequence[int] | np.ndarray) -> str:
    """Return a colour as one writes it.

    >>> name_colour((255, 0, 16))
    '#ff0010'
    """
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in colour))


def check_mask(path: str | Path, content: bytes) -> MaskFacts:
    """Read a mask to its end.

    Args:
        path: The file, for errors to name it.
        content: Its bytes.

    Returns:
        The mask's size, how it is turned, its values and their colours.

    Raises:
        UserError: As `open_mask` does, but not for a few colours; for a mask of several pages; and
            for class ids or colours in a format that changes values, as JPEG does.
    """
    with opened(path, content) as image:
        times = stretched(image)
        if (pages := count_pages(image)) > 1:
            raise UserError(f"{path}: a mask of {pages} pages or frames, expected one")
        palette = {} if image.mode != "P" or _black_and_white(image) else _palette_of(image)
        turned, lossy = orientation(image), lossy_format(image, content)
        channels = image.mode in ("RGB", "RGBA", "RGBX", "CMYK")
        colours = None if image.mode in ("P", "1", "L", *WIDE) else _coloured(image)
        if colours is not None:
            return _check_colours(path, colours, turned, lossy)
        values = _values(path, image, times)
        nothing = _holds_nothing(image, values)
    counts = _count(values)
    if lossy and not {0, 255}.issuperset(counts):
        shown = ", ".join(map(str, list(counts)[:8])) + (", …" if len(counts) > 8 else "")
        raise UserError(
            f"{path}: a mask saved as {lossy}, which changes values: it holds {shown}; save "
            "masks as PNG, from what they were before"
        )
    used = {value: palette[value] for value in counts if value in palette}
    inner, between = _count_by_neighbours(values)
    return MaskFacts(values.shape, turned, counts, used, inner, channels, between, nothing)


def _coloured(image: Image.Image) -> np.ndarray | None:
    """Return a mask as one sees it, (height, width, 3), or None where no pixel has a colour."""
    shown = to_rgb(image)
    return shown if (shown != shown[..., :1]).any() else None


def _check_colours(path: str | Path, shown: np.ndarray, turned: int, lossy: str) -> MaskFacts:
    """Take the colours of a mask (height, width, 3) for its values, if they are few."""
    red, green, blue = (shown[..., channel].astype(np.int32) for channel in range(3))
    codes = red << 16 | green << 8 | blue
    there = np.zeros(CODES, bool)
    there[codes] = True
    found = np.flatnonzero(there)
    colours = [(code >> 16, code >> 8 & 255, code & 255) for code in found[:MOST_CLASSES].tolist()]
    if lossy or len(found) > MOST_CLASSES:
        why = f"saved as {lossy}, which changes them; save masks as PNG, from what they were before"
        many = "expected class ids, 0 and 255, or one colour for each class, without smooth edges"
        raise UserError(
            f"{path}: a mask in {len(found):,} colours ({_listed(colours, len(found))}), "
            f"{why if lossy else many}"
        )
    ranks = np.zeros(CODES, np.uint8)
    ranks[found] = np.arange(len(found))
    mask = ranks[codes]
    values = [CODES + int(code) if code else 0 for code in found]
    counts = {values[rank]: number for rank, number in _count(mask).items()}
    inner = {values[rank]: number for rank, number in _count_by_neighbours(mask)[0].items()}
    palette = dict(zip(values, colours, strict=True))
    return MaskFacts(mask.shape, turned, counts, palette, inner, channels=True)


def write_mask(path: Path, mask: np.ndarray) -> None:
    """Write class ids (height, width) uint8 as a PNG whose palette shows each class.

    The file looks like what it means, and `open_mask` gives the very ids back.
    """
    picture = Image.fromarray(mask).convert("P")
    picture.putpalette(PALETTE.tobytes())
    write_picture(path, picture)


def _values(path: str | Path, image: Image.Image, times: float) -> np.ndarray:
    nothing = value_of_nothing(image)
    values = _mask_values(path, ImageOps.exif_transpose(image), nothing)
    if times != 1:  # class ids are what was written; white may be that of a file of its own range
        written = np.rint(values / times).astype(values.dtype)
        highest = round(values.max(initial=0) / times)
        if highest < MOST_CLASSES or not np.isin(written, (0, highest)).all():
            values = written
    within = values.min(initial=0) >= 0 and values.max(initial=0) <= 255
    return values.astype(np.uint8, copy=False) if within else values


def _count(values: np.ndarray) -> dict[int, int]:
    if values.dtype != np.uint8:
        found, amounts = np.unique(values, return_counts=True)
        return dict(zip(found.tolist(), amounts.tolist(), strict=True))
    numbers = np.bincount(values.ravel(), minlength=256)
    return {int(value): int(numbers[value]) for value in np.flatnonzero(numbers)}


def _count_by_neighbours(values: np.ndarray) -> tuple[dict[int, int], dict[int, int]]:
    """Count by value the pixels whose neighbours are all alike, and those between others: of a
    lower value on one side, of a higher one on another."""
    if values.dtype != np.uint8 or min(values.shape) < 3:
        return {}, {}
    around = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(values, around), cv2.dilate(values, around)
    return _count(values[low == high]), _count(values[(low < values) & (values < high)])


def _without_nothing(path: str | Path, values: np.ndarray, nothing: float | None) -> np.ndarray:
    """Write 255, which is what nobody knows, where a value stands for nothing."""
    if nothing is None or nothing == UNKNOWN:
        return values
    there = np.isnan(values) if np.isnan(nothing) else values == nothing
    if not there.any():
        return values
    if (values == UNKNOWN).any():
        raise UserError(
            f"{path}: holds 255, and its header says that {nothing:g} stands for nothing: write "
            "the object as 1, and what nobody knows as 255"
        )
    return np.where(there, UNKNOWN, values).astype(values.dtype)


def _holds_nothing(image: Image.Image, values: np.ndarray) -> bool:
    """Whether pixels hold what stands for nothing: a header may name a value that none has.

    What a file holds is looked at, before white of one bit or of sixteen became 255.
    """
    nothing = value_of_nothing(image)
    if nothing is None:
        return False
    stored = np.asarray(image) if len(image.getbands()) == 1 else values
    return bool((np.isnan(stored) if np.isnan(nothing) else stored == nothing).any())


def _mask_values(path: str | Path, image: Image.Image, nothing: float | None) -> np.ndarray:
    if image.mode == "P" and not _black_and_white(image):
        return np.array(image)
    if image.mode in WIDE:
        values = _without_nothing(path, np.asarray(image), nothing)
        if values.dtype.kind == "f":
            if not (values == np.rint(values)).all():
                raise UserError(f"{path}: holds fractions, expected class ids or 0 and 255")
            values = values.astype(np.int64)
        return values // 257 if np.isin(values, (0, 65535)).all() else values
    if image.mode in ("1", "L"):
        return _without_nothing(path, np.array(image.convert("L")), nothing)
    if image.mode in ("LA", "RGBA", "PA"):
        seen = np.array(image.convert("RGBA"))
        drawn_by_alpha = not (seen[..., :3] * (seen[..., 3:] > 0)).any()
        if drawn_by_alpha and seen[..., 3].min() == 0:
            return np.ascontiguousarray(seen[..., 3])
    colours = to_rgb(image)
    if (colours != colours[..., :1]).any():
        found = np.unique(colours.reshape(-1, 3), axis=0)
        raise UserError(
            f"{path}: a mask in {len(found):,} colours ({_listed(found, len(found))}), expected "
            "class ids 0, 1, 2, … or 0 and 255"
        )
    return np.ascontiguousarray(colours[..., 0])


def _listed(colours: Sequence[Colour] | np.ndarray, number: int) -> str:
    """Name the first of so many colours."""
    return ", ".join(map(name_colour, colours[:5])) + (", …" if number > 5 else "")


def _black_and_white(image: Image.Image) -> bool:
    """Whether a palette picture shows nothing but black and white."""
    used, palette = np.flatnonzero(image.histogram()), _palette_of(image)
    shown = np.array([palette[index] for index in used.tolist() if index in palette]).reshape(-1, 3)
    return bool(np.isin(shown, (0, 255)).all() and (shown == shown[:, :1]).all())


def _palette_of(image: Image.Image) -> dict[int, Colour]:
    """Return the colour of each index."""
    flat = image.getpalette("RGB") or []
    return dict(enumerate(zip(flat[::3], flat[1::3], flat[2::3], strict=False)))


def _palette() -> np.ndarray:
    """Return 256 colours: black for the background, then hues a golden angle apart, grey at 255."""
    import colorsys

    hues = [colorsys.hsv_to_rgb(0.11 + 0.618034 * i % 1, 0.85, 1.0) for i in range(254)]
    return np.rint(255 * np.array([(0, 0, 0), *hues, (0.5, 0.5, 0.5)])).astype(np.uint8)


PALETTE = _palette()
"""(256, 3) the colour that each class id is shown in; 255, which nobody knows, is grey."""
