"""Pictures in files, with Pillow: whatever a person has, upright, as arrays."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from common.errors import UserError
from common.exercises import exercise
from common.files import atomic_path, refuse_pipe
from vision.image_formats import is_unsigned, unread_form, without_texts
from vision.image_kinds import name_kind, unread_jpeg

# Pillow knows five kinds before, and asked for others by name it does not look for them.
Image.init()

KINDS = "PNG JPEG WEBP AVIF JPEG2000 TIFF BMP DIB GIF PPM TGA PCX SGI"
FORMATS = tuple(kind for kind in KINDS.split() if kind in Image.OPEN)
"""What is opened. Not EPS and its like, which are programs, and which Pillow has others run."""

SUFFIXES = frozenset(
    {
        *(
            ".png",
            ".jpg",
            ".jpeg",
            ".jpe",
            ".jfif",
            ".mpo",
            ".apng",
            ".webp",
            ".avif",
            ".jp2",
            ".j2k",
        ),
        *(".tif", ".tiff", ".bmp", ".dib", ".gif", ".ppm", ".pgm", ".pbm", ".pnm", ".tga"),
        *(".pcx", ".sgi"),
    }
)
"""By these a folder's files are known as pictures."""


class TooManyPixelsError(UserError):
    """A picture says that it has more pixels than Pillow opens."""


LARGE = 2**30
"""Pixels that a picture may have where large ones are asked for."""

WIDE = {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}
"""The modes of more than eight bits: whole numbers, and in F real ones."""

# Pillow warns above its limit of pixels; here that is an error, and one line is enough.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# What is written beside the pixels may be damaged or unknown, as the tags of maps are: the pixels
# tell whether the picture is sound, and libraries that speak of the rest are not listened to.
for words in ("Corrupt EXIF data", "Truncated File Read", "Metadata Warning"):
    warnings.filterwarnings("ignore", message=words, category=UserWarning)
logging.getLogger("PIL").addHandler(logging.NullHandler())
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def open_image(path: str | Path, *, content: bytes | None = None) -> np.ndarray:
    """Return a picture as uint8 RGB (height, width, 3), turned upright as its EXIF data says.

    Of an animated picture, the first frame. Sixteen bits are scaled to eight, 65535 to 255, not
    clipped. What is transparent becomes black, as whatever lies beyond a picture's edge does.

    content: the file's bytes, where they have been read already.

    Raises UserError, one line that names the file, where it is not there, is no picture, is
    truncated or damaged, or has more pixels than Pillow's limit `PIL.Image.MAX_IMAGE_PIXELS`.
    """
    with opened(path, content) as image:
        check_brightness(path, image)
        return to_rgb(image)


@exercise(points=20, minutes=35, difficulty=2, uses="Pillow", lesson="Data")
def to_rgb(image: Image.Image) -> np.ndarray:
    """Return a picture as a person sees it: uint8 RGB, (height, width, 3).

    A picture keeps more than three colours a pixel, and `image.convert("RGB")`
    by itself gets some of it wrong:

    - A camera stores what its sensor saw, and notes in the EXIF data how to turn
      or mirror that. The answer is upright, whatever the mode. `PIL.ImageOps`
      knows how.
    - A mode among WIDE has more than eight bits. Such a picture is grey: real
      numbers from 0 to 1 in mode "F", whole ones from 0 to 65535 in the others.
      Both are scaled to 0 … 255 and rounded to the nearest, not cut off at 255.
    - A picture may be transparent, wholly or in part: by a channel of its own, by
      entries of its palette, or by one colour that stands for nothing.
      `image.has_transparency_data` says so, and `convert("RGBA")` gives any of
      them an alpha channel. The answer is what one sees with black behind it, to
      the nearest again: a white pixel of which half is seen is (128, 128, 128).

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


def orientation(image: Image.Image) -> int:
    """Return how a picture's EXIF data turn it, 1 to 8; 1 is not at all."""
    turned = image.getexif().get(ExifTags.Base.Orientation, 1)
    return turned if turned in range(1, 9) else 1


def write_image(path: Path, image: np.ndarray) -> None:
    """Write uint8 RGB (height, width, 3); the suffix says the format."""
    write_picture(path, Image.fromarray(image))


def write_picture(path: Path, picture: Image.Image) -> None:
    """Write a picture in the format that its suffix says; raise UserError where it says none."""
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind is None:
        raise UserError(f"{path}: {path.suffix!r} is no kind of picture, expected such as .png")
    with atomic_path(path) as draft:
        picture.save(draft, format=kind)


def let_in_large() -> None:
    """Let in pictures of up to `LARGE` pixels from now on, in this process."""
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, LARGE)


@contextmanager
def opened(path: str | Path, content: bytes | None) -> Iterator[Image.Image]:
    """Open a picture; whatever its bytes make the decoder do inside is one error."""
    try:
        content = read_content(path) if content is None else content
        file = BytesIO(without_texts(content))
        with Image.open(file, formats=FORMATS) as image:
            if Image.MAX_IMAGE_PIXELS and image.width * image.height > Image.MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            if kind := unread_form(image, content):
                raise UserError(f"{path}: {kind}")
            yield image
    except (UserError, NotImplementedError):  # the latter is an exercise that is not written yet
        raise
    except UnidentifiedImageError:
        raise UserError(f"{path}: {name_kind(content or b'')}") from None
    except Image.DecompressionBombError:
        raise TooManyPixelsError(
            f"{path}: more than {Image.MAX_IMAGE_PIXELS:,} pixels; it may be a decompression "
            "bomb; --large lets in a real one"
        ) from None
    except MemoryError:
        raise UserError(f"{path}: not enough memory for this picture") from None
    except Exception as error:  # decoders raise whatever occurs to them on damaged bytes
        if kind := unread_jpeg(content or b""):
            raise UserError(f"{path}: {kind}") from None
        raise UserError(f"{path}: damaged, cannot be read ({_in_short(error)})") from None


def size_of(path: str | Path, content: bytes) -> tuple[int, int]:
    """Return (width, height) as a picture's header says, before anything is decoded.

    Raises UserError, as `open_image` does.
    """
    with opened(path, content) as image:
        return image.size


def read_content(path: str | Path) -> bytes:
    """Return a file's bytes; raise UserError that names it where they cannot be had."""
    try:
        refuse_pipe(Path(path))
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


def _in_short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__


def check_brightness(path: str | Path, image: Image.Image) -> None:
    """Refuse what is brighter than white or darker than black, which only wide modes can be."""
    if image.mode not in WIDE:
        return
    values, top = np.asarray(image), 1 if image.mode == "F" else 65535
    if image.mode == "I" and is_unsigned(image):
        values = values.view(np.uint32)
    strange = values.size - int(np.isfinite(values).sum())
    if strange:
        raise UserError(f"{path}: not a number: {strange:,} of {values.size:,} values")
    low, high = (float(edge) for edge in (values.min(), values.max()))
    if not (low >= 0 and high <= top):
        raise UserError(f"{path}: brightness from {low:g} to {high:g}, expected 0 to {top:g}")
