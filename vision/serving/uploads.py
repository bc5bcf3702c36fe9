"""What pictures and videos a client may send, and whether bytes are what they say."""

from pathlib import Path

from common.errors import UserError

PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
"""The content type of a picture by the suffix of its file."""

VIDEOS = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
}
"""The content type of a video by the suffix of its file."""

_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def check_video(path: Path) -> None:
    """Refuse what does not begin as a video does.

    ffmpeg takes a file for what it looks like, and a playlist or a script names other files: of
    this machine, or of others.

    Raises:
        UserError: it is neither MP4, QuickTime, Matroska, WebM nor AVI.
    """
    with path.open("rb") as file:
        start = file.read(16)
    is_box = start[4:8] in _BOXES
    is_matroska = start.startswith(b"\x1a\x45\xdf\xa3")
    is_avi = start.startswith(b"RIFF") and start[8:12] == b"AVI "
    if not (is_box or is_matroska or is_avi):
        raise UserError(f"{path.name}: not a video, expected MP4, MOV, WebM, MKV or AVI")
