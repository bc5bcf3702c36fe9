"""What a file is, by its bytes: kinds that are no pictures here are named, not guessed at.

Pillow reads most kinds well. Three things are seen to here: texts of any length in a PNG, which a
picture does not need; TIFFs with bands that no picture has; and bytes that are something else.
"""

import struct
from io import BytesIO

from PIL import Image, TiffImagePlugin

from common.file_signatures import kind_of

PNG = b"\x89PNG\r\n\x1a\n"
GDAL_NODATA = 42113
BIG = 43
"""The third byte of a TIFF that may be larger than four gigabytes."""
TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
TURNING = (b"XML:com.adobe.xmp\0", b"Raw profile type exif\0")
"""Texts that may say how a picture is to be turned."""
LONGEST_TURNING = 2**16

HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
STARTS = (
    (b"8BPS", "a Photoshop file"),
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML file"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
)
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

FRAMES = {
    **dict.fromkeys((0xC0, 0xC1, 0xC2, 0xC9, 0xCA), ""),
    **dict.fromkeys((0xC3, 0xC7, 0xCB, 0xCF), "a lossless JPEG picture"),
    **dict.fromkeys((0xC5, 0xC6, 0xCD, 0xCE), "a hierarchical JPEG picture"),
    0xF7: "a JPEG-LS picture",
}
"""The second bytes of the mark before a JPEG's size, and what is said of those that few write."""
START_OF_SCAN, END_OF_IMAGE, IN_A_SCAN = 0xDA, 0xD9, (0, *range(0xD0, 0xD8))
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


def name_kind(content: bytes) -> str:
    """Say what bytes are that no reader of pictures took, and what to do.

    >>> name_kind(b"%PDF-1.7 and so on")
    'a PDF, not a picture; save it as PNG or JPEG'
    """
    if not content:
        return "empty, not a picture"
    if content[4:8] == b"ftyp":
        kind = "a HEIC picture" if content[8:12] in HEIC else "an AVIF picture"
        if content[8:12] in (*HEIC, b"avif", b"avis"):
            return f"{kind}, which is not read; save it as JPEG or PNG"
        return "a video, not a picture; name it so that it ends in .mp4 or .mov"
    if content[128:132] == b"DICM":
        return "a DICOM picture, which is not read; save it as PNG"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "a video, not a picture; name it so that it ends in .mkv or .webm"
    for start, kind in STARTS:
        if content[:256].lstrip().lower().startswith(start.lower()):
            return f"{kind}, not a picture; save it as PNG or JPEG"
    if content.startswith(b"\xff\xd8\xff"):
        return unread_jpeg(content) or "a JPEG picture, damaged before its size"
    if content.startswith(PNG):
        return "a PNG picture, damaged before its size"
    if known := kind_of(content[:4096]):
        return f"{known}, not a picture"
    return _name_tiff(content) or "not a picture, whatever its name says"


def unread_jpeg(content: bytes) -> str:
    """Name the kind of a JPEG that no reader here decodes; nothing where it is a usual one.

    Source: ITU-T T.81, table B.1: the header of a frame, with the bits of a sample; T.87 for LS.
    """
    place = 2 if content.startswith(b"\xff\xd8") else len(content)
    while content.startswith(b"\xff", place) and place + 5 <= len(content):
        kind = content[place + 1]
        if kind in FRAMES:
            bits = content[place + 4]
            name = FRAMES[kind] or ("" if bits == 8 else f"a JPEG picture of {bits} bits")
            return f"{name}, which is not read; save it as PNG" if name else ""
        if kind == START_OF_SCAN:
            break
        place += 1 if kind == 0xFF else 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return ""


def _name_tiff(content: bytes) -> str:
    """Say how many bands of what a TIFF holds that Pillow does not know."""
    if content[:4] not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return ""
    try:
        directory = TiffImagePlugin.ImageFileDirectory_v2(content[: 16 if content[2] == BIG else 8])
        file = BytesIO(content)
        file.seek(directory.next)
        directory.load(file)
        if TiffImagePlugin.IMAGEWIDTH not in directory:
            return "a TIFF that cannot be read"
        bits = directory.get(TiffImagePlugin.BITSPERSAMPLE, (1,))
        bands = int(directory.get(TiffImagePlugin.SAMPLESPERPIXEL, len(bits)))
        kind = {3: "real numbers", 2: "signed numbers"}.get(
            directory.get(TiffImagePlugin.SAMPLEFORMAT, (1,))[0], "whole numbers"
        )
    except Exception:
        return "a TIFF that cannot be read"
    return (
        f"a TIFF of {bands} band{'s' if bands != 1 else ''} of {bits[0]}-bit {kind}, expected 1 "
        "(grey) or 3 (red, green, blue) of 8 or 16 bits; save the bands that you want so"
    )


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


def strange_colours(image: Image.Image) -> str:
    """Say what a picture's numbers mean that no reader here makes colours of; nothing as a rule."""
    if image.mode == "LAB":
        return "in L*a*b* colours, which are not read; save it as RGB"
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return ""
    white_is_zero = image.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 0
    if white_is_zero and image.mode not in ("1", "L"):
        return (
            "a TIFF in which 0 is white, which is not read with more than eight bits; save it so "
            "that 0 is black"
        )
    return ""


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
