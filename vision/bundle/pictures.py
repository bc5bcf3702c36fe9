"""Pictures in files, and on the network's canvas: read, fitted and brought back as in training."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from common.export.bundle.program import InputError
from vision.image_formats import without_texts
from vision.image_kinds import name_kind

Image.init()
SUFFIXES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".avif", ".jp2", ".j2k"),
        *(".tif", ".tiff", ".bmp", ".dib", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".tga"),
    )
)
KINDS = "PNG JPEG WEBP AVIF JPEG2000 TIFF BMP DIB GIF PPM TGA PCX SGI"
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)  # an error, below
FORMATS = [kind for kind in KINDS.split() if kind in Image.OPEN]
WIDE = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
"""Modes of more than eight bits: 0 to 65535, and in F 0 to 1."""


class Fit(NamedTuple):
    """Where on a square canvas a picture lies: its rows and columns there."""

    top: int
    left: int
    height: int
    width: int


def read_picture(path: Path) -> np.ndarray:
    """Return a picture as uint8 RGB (height, width, 3), upright, what is transparent in black.

    Raises:
        InputError: it is none, is damaged, or has more pixels than Pillow lets in.
    """
    content, most = without_texts(path.read_bytes()), Image.MAX_IMAGE_PIXELS
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            if most and image.width * image.height > most:
                raise Image.DecompressionBombError
            image = ImageOps.exif_transpose(image)
            if image.mode in WIDE:
                scale = 255 if image.mode == "F" else 255 / 65535
                grey = np.clip(np.rint(np.asarray(image) * scale), 0, 255).astype(np.uint8)
                image = Image.fromarray(grey)
            elif image.has_transparency_data:
                seen = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", seen.size, "black"), seen)
            return np.array(image.convert("RGB"))
    except UnidentifiedImageError:
        kind = name_kind(content)
        raise InputError(f"{path}: {kind}", f"{path}: не изображение ({kind})") from None
    except Image.DecompressionBombError:
        raise InputError(
            f"{path}: more than {most or 0:,} pixels; it may be a decompression bomb",
            f"{path}: больше {most or 0:,} пикселей; это может быть бомба распаковки",
        ) from None
    except Exception as error:  # decoders raise whatever occurs to them on damaged bytes
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        raise InputError(
            f"{path}: damaged, cannot be read ({reason})", f"{path}: повреждён ({reason})"
        ) from None


def list_pictures(source: Path) -> list[Path]:
    """Return the pictures of a folder and the folders in it, or the one that is named.

    Raises:
        InputError: the folder holds none.
    """
    if source.is_file():
        return [source]
    found = sorted(
        path
        for path in source.rglob("*")
        if path.is_file()
        and path.suffix.lower() in SUFFIXES
        and not any(part[0] == "." or part == "__MACOSX" for part in path.relative_to(source).parts)
    )
    if not found:
        raise InputError(f"{source}: no pictures there", f"{source}: изображений там нет")
    return found


def resized(array: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return an array (h, w, channels) at another size: means where a side shrinks, else linear."""
    if array.shape[:2] == (height, width):
        return array.copy()
    smaller = (min(array.shape[1], width), min(array.shape[0], height))
    parts = []
    for first in range(0, array.shape[2], 4):  # OpenCV takes four channels at a time
        part = cv2.resize(array[..., first : first + 4], smaller, interpolation=cv2.INTER_AREA)
        part = cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR)
        parts.append(part.reshape(height, width, -1))
    return np.concatenate(parts, axis=2)


def on_canvas(image: np.ndarray, size: int) -> tuple[np.ndarray, Fit]:
    """Return a picture on a square canvas, as large as fits, black around it, and where it lies."""
    scale = min(size / image.shape[0], size / image.shape[1])
    height, width = (min(max(round(side * scale), 1), size) for side in image.shape[:2])
    fit = Fit((size - height) // 2, (size - width) // 2, height, width)
    canvas = np.zeros((size, size, 3), np.uint8)
    canvas[fit.top : fit.top + height, fit.left : fit.left + width] = resized(image, height, width)
    return canvas, fit


def off_canvas(canvas: np.ndarray, fit: Fit, height: int, width: int) -> np.ndarray:
    """Return what lies on the canvas (size, size, channels) at the picture's own size."""
    part = canvas[fit.top : fit.top + fit.height, fit.left : fit.left + fit.width]
    return resized(part, height, width)
