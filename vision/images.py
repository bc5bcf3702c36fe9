"""Pictures and masks in files, with Pillow: whatever a person has, upright, as arrays."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from common.errors import UserError
from common.exercises import exercise
from common.files import atomic_path

# Pillow knows five kinds before, and asked for others by name it does not look for them.
Image.init()

KINDS = "PNG JPEG WEBP AVIF JPEG2000 TIFF BMP DIB GIF PPM TGA PCX SGI"
FORMATS = tuple(kind for kind in KINDS.split() if kind in Image.OPEN)
"""What is opened. Not EPS and its like, which are programs, and which Pillow has others run."""

SUFFIXES = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".avif", ".jp2", ".j2k"),
        *(".tif", ".tiff", ".bmp", ".dib", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".tga"),
        *(".pcx", ".sgi"),
    }
)
"""By these a folder's files are known as pictures."""

WIDE = {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}
"""The modes of more than eight bits: whole numbers, and in F real ones."""

# Pillow warns above its limit of pixels; here that is an error, and one line is enough.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def open_image(path: str | Path, *, content: bytes | None = None) -> np.ndarray:
    """Return a picture as uint8 RGB (height, width, 3), turned upright as its EXIF data says.

    Of an animated picture, the first frame. Sixteen bits are scaled to eight, 65535 to 255, not
    clipped. What is transparent becomes black, as whatever lies beyond a picture's edge does.

    content: the file's bytes, where they have been read already.

    Raises UserError, one line that names the file, where it is not there, is no picture, is
    truncated or damaged, or has more pixels than Pillow's limit `PIL.Image.MAX_IMAGE_PIXELS`.
    """
    with _opened(path, content) as image:
        _check_brightness(path, image)
        return to_rgb(image)


@exercise(points=20)
def to_rgb(image: Image.Image) -> np.ndarray:
    """Return a picture as a person sees it: uint8 RGB, (height, width, 3).

    A picture keeps more than three colours a pixel, and `image.convert("RGB")`
    by itself gets some of it wrong:

    - A camera stores what its sensor saw, and notes in the EXIF data how to turn
      or mirror that. The answer is upright. `PIL.ImageOps` knows how.
    - A mode among WIDE has more than eight bits. Such a picture is grey: real
      numbers from 0 to 1 in mode "F", whole ones from 0 to 65535 in the others.
      Both are scaled to 0 … 255 and rounded to the nearest, not cut off at 255.
    - A picture may be transparent, wholly or in part: by a channel of its own, by
      entries of its palette, or by one colour that stands for nothing.
      `image.has_transparency_data` says so, and `convert("RGBA")` gives any of
      them an alpha channel. The answer is what one sees with black behind it: a
      white pixel of which half is seen is (128, 128, 128).

    Everything else, be it grey, a palette, or inks (CMYK), is as `convert` has
    it. The image itself stays as it is.

    >>> to_rgb(Image.fromarray(np.array([[0, 257, 65535]], np.uint16))).tolist()
    [[[0, 0, 0], [1, 1, 1], [255, 255, 255]]]
    >>> to_rgb(Image.new("LA", (1, 1), (255, 128))).tolist()
    [[[128, 128, 128]]]
    """
    image = ImageOps.exif_transpose(image)
    if image.mode in WIDE:
        scale = 255 if image.mode == "F" else 255 / 65535
        image = Image.fromarray(np.rint(np.asarray(image) * scale).astype(np.uint8))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "black"), image)
    return np.array(image.convert("RGB"))


def open_mask(path: str | Path, *, content: bytes | None = None) -> np.ndarray:
    """Return the values of a mask as whole numbers (height, width), upright, unscaled.

    A palette's indices are its values, unless all its colours are black and white. Colour
    channels must be alike; what is transparent is 0.

    Raises UserError as `open_image` does, and for a mask in colour.
    """
    with _opened(path, content) as image:
        values = _mask_values(path, ImageOps.exif_transpose(image))
    small = values.dtype == np.uint8 or values.max(initial=0) > 255
    return values if small else values.astype(np.uint8)


def check_image(path: str | Path, content: bytes) -> tuple[int, int]:
    """Decode a picture to its end, as fast as can be; return (height, width), upright.

    Raises UserError as `open_image` does.
    """
    with _opened(path, content) as image:
        width, height = image.size
        image.draft("RGB", (1, 1))  # a JPEG is read to its end and drawn at an eighth
        image.load()
        _check_brightness(path, image)
        turned = image.getexif().get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
        return (width, height) if turned else (height, width)


def write_image(path: Path, image: np.ndarray) -> None:
    """Write uint8 RGB (height, width, 3); the suffix says the format."""
    _write(path, Image.fromarray(image))


def write_mask(path: Path, mask: np.ndarray) -> None:
    """Write class ids (height, width) uint8 as a PNG whose palette shows each class.

    The file looks like what it means, and `open_mask` gives the very ids back.
    """
    picture = Image.fromarray(mask).convert("P")
    picture.putpalette(PALETTE.tobytes())
    _write(path, picture)


def _write(path: Path, picture: Image.Image) -> None:
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind is None:
        raise UserError(f"{path}: {path.suffix!r} is no kind of picture, expected such as .png")
    with atomic_path(path) as draft:
        picture.save(draft, format=kind)


@contextmanager
def _opened(path: str | Path, content: bytes | None) -> Iterator[Image.Image]:
    """Open a picture; whatever its bytes make the decoder do inside is one error."""
    try:
        file = BytesIO(read_content(path) if content is None else content)
        with Image.open(file, formats=FORMATS) as image:
            if Image.MAX_IMAGE_PIXELS and image.width * image.height > Image.MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            yield image
    except (UserError, NotImplementedError):  # the latter is an exercise that is not written yet
        raise
    except UnidentifiedImageError:
        raise UserError(f"{path}: {_not_a_picture(path, content)}") from None
    except Image.DecompressionBombError:
        raise UserError(
            f"{path}: more than {Image.MAX_IMAGE_PIXELS:,} pixels; it may be a decompression "
            "bomb; cut a real picture of this size into smaller ones"
        ) from None
    except MemoryError:
        raise UserError(f"{path}: not enough memory for this picture") from None
    except Exception as error:  # decoders raise whatever occurs to them on damaged bytes
        raise UserError(f"{path}: damaged, cannot be read ({_in_short(error)})") from None


def read_content(path: str | Path) -> bytes:
    """Return a file's bytes; raise UserError that names it where they cannot be had."""
    try:
        return Path(path).read_bytes()
    except IsADirectoryError:
        raise UserError(f"{path}: a folder, expected a picture") from None
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except PermissionError:
        kind = "a folder, expected a picture" if Path(path).is_dir() else "no permission to read it"
        raise UserError(f"{path}: {kind}") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def _not_a_picture(path: str | Path, content: bytes | None) -> str:
    start = (read_content(path) if content is None else content)[:64]
    if not start:
        return "empty, not a picture"
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"msf1"):
        return "a HEIC picture, which is not read; save it as JPEG or PNG"
    return "not a picture, whatever its name says"


def _in_short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__


def _check_brightness(path: str | Path, image: Image.Image) -> None:
    """Refuse what is brighter than white or darker than black, which only wide modes can be."""
    if image.mode not in WIDE:
        return
    values, top = np.asarray(image), 1 if image.mode == "F" else 65535
    low, high = (float(edge) for edge in (values.min(), values.max()))
    if not (low >= 0 and high <= top):
        raise UserError(f"{path}: brightness from {low:g} to {high:g}, expected 0 to {top:g}")


def _mask_values(path: str | Path, image: Image.Image) -> np.ndarray:
    if image.mode == "P" and not _black_and_white(image):
        return np.array(image)
    if image.mode in WIDE:
        values = np.asarray(image)
        if values.dtype.kind == "f":
            if not (values == np.rint(values)).all():
                raise UserError(f"{path}: holds fractions, expected class ids or 0 and 255")
            values = values.astype(np.int64)
        return values // 257 if np.isin(values, (0, 65535)).all() else values
    if image.mode in ("1", "L"):
        return np.array(image.convert("L"))
    colours = to_rgb(image)
    if (colours != colours[..., :1]).any():
        found = np.unique(colours.reshape(-1, 3), axis=0)
        shown = ", ".join(str(tuple(map(int, colour))) for colour in found[:5])
        raise UserError(
            f"{path}: a mask in {len(found)} colours ({shown}{', …' if len(found) > 5 else ''}), "
            "expected class ids 0, 1, 2, … or 0 and 255"
        )
    return np.ascontiguousarray(colours[..., 0])


def _black_and_white(image: Image.Image) -> bool:
    """Whether a palette picture shows nothing but black and white."""
    used = np.flatnonzero(image.histogram())
    palette = np.asarray(image.getpalette("RGB")).reshape(-1, 3)
    shown = palette[used[used < len(palette)]]
    return bool(np.isin(shown, (0, 255)).all() and (shown == shown[:, :1]).all())


def _palette() -> np.ndarray:
    """Return 256 colours: black for the background, then hues a golden angle apart, grey at 255."""
    import colorsys

    hues = [colorsys.hsv_to_rgb(0.11 + 0.618034 * i % 1, 0.85, 1.0) for i in range(254)]
    return np.rint(255 * np.array([(0, 0, 0), *hues, (0.5, 0.5, 0.5)])).astype(np.uint8)


PALETTE = _palette()
"""(256, 3) the colour that each class id is shown in; 255, which nobody knows, is grey."""
