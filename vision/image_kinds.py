"""What a file is that no reader of pictures took, by its bytes: named, and not guessed at."""

import re
from io import BytesIO

from PIL import Image, TiffImagePlugin

from common.file_signatures import is_text, kind_of

PNG = b"\x89PNG\r\n\x1a\n"
BIG = 43
"""The third byte of a TIFF that may be larger than four gigabytes."""
SUBFILE, DNG_VERSION, SUB_DIRECTORIES = 254, 50706, 330
"""Tags of a TIFF."""
PREVIEW, INNER_MASK = 1, 4
"""Bits of the first: the picture at a lower resolution; what of it is transparent."""
RAW = "a raw photo of a camera"
CANON = b"CR\2\0"
"""What stands at byte 8 of a raw photo of Canon, where other TIFFs may have their pixels."""

AVIF = (b"avif", b"avis")
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
STARTS = (
    (b"8BPS", "a Photoshop file"),
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML file"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
)
RIFFS = {
    b"WAVE": "a sound (WAV), not a picture",
    b"AVI ": "a video, not a picture; name it so that it ends in .avi",
    b"WEBP": "a WebP picture, damaged before its size",
}
UNREAD = (
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"#?RADIANCE", "a Radiance picture (HDR)"),
    (b"#?RGBE", "a Radiance picture (HDR)"),
    (b"PF\n", "a PFM picture in colour"),
    (b"P7\n", "a PAM picture"),
    (b"qoif", "a QOI picture"),
    (b"II\xbc\x01", "a JPEG XR picture"),
    (b"\0\0\1\0", "an icon (ICO)"),
    (b"icns", "an icon (ICNS)"),
    (b"DDS ", "a DDS texture"),
    (b"gimp xcf", "a GIMP file"),
    (b"FUJIFILMCCD-RAW", RAW),
    *((start, RAW) for start in (b"IIRO", b"IIRS", b"MMOR", b"IIU\0")),
)
"""Pictures that other programs know and this one does not, by how they begin."""
PNG_AS_TEXT = (b"\x89PNG\r\r\n", b"\x89PNG\n", b"\xc2\x89PNG", b"\xef\xbf\xbdPNG")
JPEG_AS_TEXT = (b"\xef\xbf\xbd" * 3, b"\xc3\xbf\xc3\x98\xc3\xbf")
"""How a picture begins whose bytes were changed as the line ends or the letters of a text are."""
IN_BASE64 = re.compile(rb"\s*(?:data:image/|(?:/9j/|iVBORw0KGgo|R0lGOD|UklGR)[\w+/=\s]{60})")
FRAMES = {
    **dict.fromkeys((0xC0, 0xC1, 0xC2, 0xC9, 0xCA), ""),
    **dict.fromkeys((0xC3, 0xC7, 0xCB, 0xCF), "a lossless JPEG picture"),
    **dict.fromkeys((0xC5, 0xC6, 0xCD, 0xCE), "a hierarchical JPEG picture"),
    0xF7: "a JPEG-LS picture",
}
"""The second bytes of the mark before a JPEG's size, and what is said of those that few write."""
START_OF_SCAN = 0xDA


def name_kind(content: bytes) -> str:
    """Say what bytes are that no reader of pictures took, and what to do.

    >>> name_kind(b"%PDF-1.7 and so on")
    'a PDF, not a picture; save it as PNG or JPEG'
    """
    if not content:
        return "empty, not a picture"
    if content[4:8] == b"ftyp":
        kind = "a HEIC picture" if content[8:12] in HEIC else "an AVIF picture"
        if kind == "an AVIF picture" and "AVIF" in Image.OPEN and content[8:12] in AVIF:
            return "an AVIF picture, damaged or cut off"
        if content[8:12] in (*HEIC, *AVIF):
            return f"{kind}, which is not read; save it as JPEG or PNG"
        if content[8:12] == b"crx ":
            return f"{RAW}, which is not read; save it as PNG"
        return "a video, not a picture; name it so that it ends in .mp4 or .mov"
    if content[128:132] == b"DICM":
        return "a DICOM picture, which is not read; save it as PNG"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "a video, not a picture; name it so that it ends in .mkv or .webm"
    if content[:4] == b"RIFF" and content[8:12] in RIFFS:
        return RIFFS[content[8:12]]
    for start, kind in UNREAD:
        if content.startswith(start):
            return f"{kind}, which is not read; save it as PNG"
    for start, kind in STARTS:
        if content[:256].lstrip().lower().startswith(start.lower()):
            return f"{kind}, not a picture; save it as PNG or JPEG"
    if content.startswith((*PNG_AS_TEXT, *JPEG_AS_TEXT)):
        return "a picture that was carried as a text, which changes its bytes: fetch it again"
    if IN_BASE64.match(content):
        return "a picture written as a text (base64): decode it first"
    if content.startswith(b"\xff\xd8\xff"):
        return unread_jpeg(content) or "a JPEG picture, damaged before its size"
    if content.startswith(PNG):
        return "a PNG picture, damaged before its size"
    if known := kind_of(content[:4096]):
        behind = known in ("a PNG picture", "a JPEG picture")
        return f"{known} behind other bytes: cut them off" if behind else f"{known}, not a picture"
    if is_text(content[:4096]):
        return "a text, not a picture"
    return _name_tiff(content) or "not a picture, whatever its name says"


def is_raw(tags: TiffImagePlugin.ImageFileDirectory_v2, content: bytes) -> bool:
    """Whether a TIFF is a raw photo, of which a reader would show the preview that stands first.

    Source: Adobe, "Digital Negative Specification": the tags DNGVersion, NewSubFileType, SubIFDs.
    """
    preview = int(tags.get(SUBFILE, 0)) & PREVIEW and SUB_DIRECTORIES in tags
    return bool(DNG_VERSION in tags or preview or content[8:12] == CANON)


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
        if is_raw(directory, content):
            return f"{RAW}, which is not read; save it as PNG"
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
