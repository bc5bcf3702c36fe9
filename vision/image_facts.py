"""What a picture's file tells when it is read to its end: its size, and what will not be seen."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from common.errors import UserError
from vision.image_formats import (
    count_pages,
    has_more_bands,
    is_deep,
    is_unfinished,
    is_wide_in_brightness,
)
from vision.images import WIDE, check_brightness, opened, orientation
from vision.near_copies import SIDE, thumbnail

NOTHING_SEEN = "nothing but transparency, which becomes black"
NO_RANGE = 16 / 65535
"""Share of the range below which values that lie closer together are hardly a picture's all."""


@dataclass(frozen=True)
class ImageFacts:
    """What reading a picture to its end has told.

    size: (height, width), upright. orientation: how its EXIF data turn it, 1 for not at all.
    levels: the darkest and the lightest value, from 0 to 65535, of a picture of more than eight
    bits, those two aside. losses: what of the file is not seen, in words. thumbnail: see
    `vision.near_copies`; of a picture of more than eight bits there is none.
    """

    size: tuple[int, int]
    orientation: int = 1
    levels: tuple[float, float] | None = None
    losses: tuple[str, ...] = ()
    thumbnail: bytes = b""


def check_image(path: str | Path, content: bytes) -> ImageFacts:
    """Decode a picture to its end, as fast as can be.

    Args:
        path: The file, for errors to name it.
        content: Its bytes.

    Returns:
        The picture's size, and what `open_image` will leave out of it.

    Raises:
        UserError: As `open_image` does.
    """
    with opened(path, content) as image:
        width, height = image.size
        deep, pages = is_deep(image), count_pages(image)
        # A JPEG is read to its end and drawn at an eighth, or as small as a thumbnail needs.
        image.draft("RGB", (4 * SIDE, 4 * SIDE))
        image.load()
        if image.format in ("JPEG", "MPO") and is_unfinished(image, content):
            raise UserError(f"{path}: damaged, cannot be read (its pixels end before their end)")
        check_brightness(path, image)
        losses = []
        if pages > 1:
            losses.append("several pages or frames, of which the first is read")
        if is_wide_in_brightness(content):
            losses.append("a wide range of brightness (HDR), paler here than on its screen")
        if has_more_bands(image):
            losses.append("more bands than are seen, of which the last are left out")
        if image.mode in ("RGBA", "LA") and image.getchannel("A").getextrema()[0] != 255:
            none = image.getchannel("A").getextrema()[1] == 0
            losses.append(NOTHING_SEEN if none else "transparent parts, which become black")
        if _is_flat(image) and NOTHING_SEEN not in losses:
            losses.append("one colour from edge to edge, and nothing to be seen")
        if image.mode in WIDE and "transparency" in image.info:
            losses.append("a value that stands for nothing, which is seen as it is")
        turned = orientation(image)
        size = (width, height) if turned in (5, 6, 7, 8) else (height, width)
        small = b"" if image.mode in WIDE else thumbnail(image)
        return ImageFacts(size, turned, _levels(image, content, deep), tuple(losses), small)


def _is_flat(image: Image.Image) -> bool:
    """Whether all pixels are alike; a single one is no picture of anything anyhow."""
    if image.mode in WIDE:  # of some of which Pillow does not tell the extremes
        values = np.asarray(image)
        return min(image.size) > 1 and bool(values.min() == values.max())
    ends = image.getextrema()
    bands = ends if isinstance(ends[0], tuple) else (ends,)
    return min(image.size) > 1 and all(low == high for low, high in bands)


def _levels(image: Image.Image, content: bytes, deep: bool) -> tuple[float, float] | None:
    if deep:
        whole = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
        if whole is not None and whole.dtype == np.uint16:
            return _range(whole, 65535)
    if image.mode in WIDE:
        values, top = np.asarray(image), 1 if image.mode == "F" else 65535
        low, high = _range(values, top)
        return low * 65535 / top, high * 65535 / top
    return None


def _range(values: np.ndarray, top: float) -> tuple[float, float]:
    """Return the least and the most of a picture, but for the ends, which may stand for nothing.

    They belong to it where nearly nothing lies between them, as in a drawing of three greys.
    """
    between = (values > 0) & (values < top)
    low = float(np.min(values, where=between, initial=top))
    high = float(np.max(values, where=between, initial=0))
    if high - low < NO_RANGE * top:
        return float(values.min()), float(values.max())
    return low, high
