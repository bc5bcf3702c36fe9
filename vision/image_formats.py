"""What a picture's file says that Pillow does not: of its bits, bands, pages, and of its end.

Pillow reads most kinds well. What it cannot take is named by `vision.image_kinds`.
"""

import re
import struct
import zlib
from io import BytesIO

from PIL import Image, TiffImagePlugin

from vision.image_kinds import INNER_MASK, PNG, PREVIEW, RAW, START_OF_SCAN, SUBFILE, is_raw

FEW_ZEROS, MANY_ZEROS = 16, 64
"""Zeros at the end of a file that show that its end was lost."""
GDAL_NODATA, PLANAR = 42113, 284
HEADER = 4096
"""Bytes in which a header is looked for."""
TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
TURNING = (b"XML:com.adobe.xmp\0", b"Raw profile type exif\0")
"""Texts that may say how a picture is to be turned."""
LONGEST_TURNING = 2**16

UNREAD_SUFFIXES = frozenset(
    {
        *(".heic", ".heif", ".jxl", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2"),
        *(".raf", ".raw", ".psd", ".exr", ".hdr", ".svg", ".pdf", ".dcm", ".npy", ".nii"),
        *(".fits", ".fit", ".ecw", ".sid", ".img", ".czi", ".nd2", ".svs", ".eps", ".jpx", ".xcf"),
        *(".jls", ".jxr", ".wdp", ".pef", ".srw", ".qoi"),
    }
)
"""Pictures that other programs know and this one does not: a folder says how many it holds."""
VIDEO_SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".flv"),
        *(".3gp", ".ts", ".mts", ".m2ts", ".ogv", ".asf", ".divx", ".dv", ".f4v", ".mjpeg"),
        *(".mjpg", ".mxf", ".vob", ".h264", ".264", ".h265", ".265", ".hevc"),
    }
)

END_OF_IMAGE, IN_A_SCAN = 0xD9, (0, *range(0xD0, 0xD8))
"""The second bytes of a JPEG's marks, and of those that stand among its pixels."""
MORE = bytes((7 * n * n + 31 * n) % 255 for n in range(1, 400))
"""Bytes without a mark."""


def without_texts(content: bytes) -> bytes:
    """Return a PNG without its texts and colour profile; other files, and broken ones, as they are.

    Programs keep prompts, scenes and whole tables in the texts of a PNG, and Pillow refuses long
    ones. What may say how a picture is to be turned is kept.
    """
    if not content.startswith(PNG):
        return content
    kept, start, place = [PNG], len(PNG), len(PNG)
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        end = place + 12 + length
        turning = content.startswith(TURNING, place + 8) and length <= LONGEST_TURNING
        if content[place + 4 : place + 8] in TEXTS and not turning:
            kept.append(content[start:place])
            start = end
        place = end
    return b"".join([*kept, content[start:]]) if len(kept) > 1 else content


def is_deep(image: Image.Image) -> bool:
    """Whether a file has sixteen bits in a channel of a mode that keeps eight of them."""
    return image.mode in ("RGB", "RGBA", "RGBX", "LA") and any(
        ";16" in str(part) for tile in getattr(image, "tile", ()) for part in tile[3:]
    )


def has_more_bands(image: Image.Image) -> bool:
    """Whether a TIFF has bands beside the colours and transparency that its mode keeps."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    bands = int(image.tag_v2.get(TiffImagePlugin.SAMPLESPERPIXEL, 1))
    return bands > len(image.getbands()) or image.mode == "RGBX"


def unread_form(image: Image.Image, content: bytes) -> str:
    """Say why a picture that Pillow opens is not read here; nothing as a rule."""
    if lost := _lost_part(image, content):
        return f"damaged, cannot be read ({lost})"
    if image.mode == "LAB":
        return "in L*a*b* colours, which are not read; save it as RGB"
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return ""
    if is_raw(image.tag_v2, content):
        return f"{RAW}, which is not read; save it as PNG"
    apart, packed = (image.tag_v2.get(tag, 1) for tag in (PLANAR, TiffImagePlugin.COMPRESSION))
    bits = image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))
    if apart == 2 and packed == 1 and len(bits) > 1 and bits[0] > 8:  # taken for bytes
        return (
            f"a TIFF of {bits[0]} bits whose bands stand one behind the other, which is not read; "
            "save it as PNG"
        )
    white_is_zero = image.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 0
    if white_is_zero and image.mode not in ("1", "L"):
        return (
            "a TIFF in which 0 is white, which is not read with more than eight bits; save it so "
            "that 0 is black"
        )
    return ""


def _lost_part(image: Image.Image, content: bytes) -> str:
    """Say what shows that a part of a file was lost, where its decoder does not.

    Each chunk of a PNG has a sum of its own. Zeros stand where a download or a disk left out the
    end, and no coding of pictures ends in many of them; behind the end of a JPEG they may.
    """
    if image.format == "PNG":
        place = len(PNG)
        while place + 12 <= len(content):
            (length,) = struct.unpack_from(">I", content, place)
            end = place + 8 + length
            if content[place + 4 : place + 8] == b"IDAT" and end + 4 <= len(content):
                (told,) = struct.unpack_from(">I", content, end)
                if zlib.crc32(memoryview(content)[place + 4 : end]) != told:
                    return "its sum is another"
            place = end + 4
        return ""
    zeros = len(content) - len(content.rstrip(b"\0"))
    if image.format in ("JPEG", "MPO"):
        lost = zeros >= FEW_ZEROS and _end_of_jpeg(content) == 0
    else:
        if image.format == "WEBP":
            content = content[: _end_of_webp(content)]
            zeros = len(content) - len(content.rstrip(b"\0"))
        lost = image.format in ("WEBP", "AVIF") and zeros >= max(MANY_ZEROS, len(content) // 10)
    return f"its last {zeros:,} bytes are zeros" if lost else ""


def _end_of_webp(content: bytes) -> int:
    """Return where the last pixels of a WebP end: behind them its EXIF and XMP may end in zeros.

    Source: RFC 9649, the chunks VP8, VP8L, and ANMF of a moving picture.
    """
    end, place = 0, 12
    while place + 8 <= len(content):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        if content[place : place + 4] in (b"VP8 ", b"VP8L", b"ANMF"):
            end = place + 8 + size
        place += 8 + size + size % 2
    return end or len(content)


def is_unsigned(image: Image.Image) -> bool:
    """Whether a file's whole numbers of 32 bits have no sign; Pillow takes them to have one."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return bool(image.tag_v2.get(TiffImagePlugin.SAMPLEFORMAT, (1,))[0] == 1)


def value_of_nothing(image: Image.Image) -> float | None:
    """Return the value that stands for nothing in a map, as its header says; None as a rule.

    Where it is 0, a mask's background is meant: programs for maps say so of whatever they draw.

    Source: GDAL, the GeoTIFF driver: the tag GDAL_NODATA, a number in letters.
    """
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return None
    try:
        return float(str(image.tag_v2.get(GDAL_NODATA, ""))) or None
    except ValueError:
        return None


def count_pages(image: Image.Image) -> int:
    """Return how many pages or frames a file has, before it is decoded.

    A phone's extra pictures do not count, nor do those of a map at lower resolutions, or its mask.
    """
    if image.format in ("MPO", "JPEG"):
        return 1
    pages = int(getattr(image, "n_frames", 1))
    if pages == 1 or not isinstance(image, TiffImagePlugin.TiffImageFile):
        return pages
    own = 0
    for page in range(pages):
        image.seek(page)
        own += not int(image.tag_v2.get(SUBFILE, 0)) & (PREVIEW | INNER_MASK)
    image.seek(0)
    return max(1, own)


def is_wide_in_brightness(content: bytes) -> bool:
    """Whether a PNG or an AVIF says that its brightness goes beyond that of a usual screen, by the
    curves PQ or HLG.

    Source: ITU-T H.273, transfer characteristics 16 and 18; W3C PNG, cICP; MIAF, the box colr.
    """
    found = re.search(rb"(?:cICP.|colrnclx\0.\0)([\x10\x12])", content[:HEADER], re.DOTALL)
    return found is not None and content.startswith((PNG, b"\0\0\0"))


def stretched(image: Image.Image) -> float:
    """Return by what Pillow multiplies the grey values of a file, whose highest is white: 1 as a
    rule.

    Two or four bits, and a PGM that names a highest value, are spread over 0 to 255. It is known
    before the picture is decoded.
    """
    white = 65535 if image.mode == "I" else 255
    for tile in getattr(image, "tile", ()):
        form, *rest = tile[3] if isinstance(tile[3], tuple) else (tile[3],)
        if tile[0] in ("ppm", "ppm_plain") and image.mode in ("L", "I"):
            return white / int(rest[0])
        if str(form)[:3] in ("L;2", "L;4"):
            return white / (2 ** int(str(form)[2]) - 1)
    return 1.0


def lossy_format(image: Image.Image, content: bytes) -> str:
    """Name a file's format if it changes values, as JPEG, AVIF, and mostly WebP do; "" if not."""
    if image.info.get("compression") in ("jpeg", "tiff_jpeg"):
        return "a TIFF that holds a JPEG"
    if image.format == "WEBP":
        return "WEBP" if b"VP8 " in content[:1024] else ""
    return str(image.format) if image.format in ("JPEG", "MPO", "AVIF") else ""


def is_unfinished(image: Image.Image, content: bytes) -> bool:
    """Whether a JPEG, as it was decoded, lacks pixels though it has an end.

    A decoder fills with grey what a cut file lacks, and says nothing where the mark of its end
    stands behind. What is put before that mark is passed over where all pixels are there, and
    becomes pixels where they are not.
    """
    width, height = image.size
    last = image.crop((max(0, width - 2), height - 1, width, height)).tobytes()
    if len(set(last)) > len(image.getbands()):  # the last blocks differ: they were decoded
        return False
    end = _end_of_jpeg(content)
    if end == 0:
        return False
    with Image.open(BytesIO(content[:end] + MORE + content[end:]), formats=["JPEG"]) as longer:
        longer.draft(image.mode, image.size)
        return longer.size == image.size and longer.tobytes() != image.tobytes()


def _end_of_jpeg(content: bytes) -> int:
    """Return where the mark of the end of a JPEG's pixels stands, 0 where there is none.

    Source: ITU-T T.81, annex B: segments with a length, and behind each header of a scan its data,
    in which 0xFF is followed by 0 or by the number of a restart.
    """
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if kind == END_OF_IMAGE:
            return place
        if kind == 0xFF:  # a filling byte
            place += 1
            continue
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        while kind == START_OF_SCAN and (place := content.find(b"\xff", place)) >= 0:
            if place + 1 < len(content) and content[place + 1] in IN_A_SCAN:
                place += 2
            else:
                break
    return place if 0 < place < len(content) - 1 and content[place + 1] == END_OF_IMAGE else 0
