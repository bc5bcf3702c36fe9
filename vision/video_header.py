"""What a video's header says, and what its frames' times say where the header is silent.

ffmpeg prints the header for people to read. Only the lines that describe streams are read here, so
that chapters, languages and comments may be whatever their author liked.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from moviepy.config import FFMPEG_BINARY

from common.errors import UserError
from common.file_signatures import kind_of
from common.files import refuse_pipe

HIGHEST_RATE = 240.0
"""Frames in a second that a header is believed to have; more may be the ticks of its clock."""

FASTEST = 100_000.0
"""Frames in a second beyond which a file is damaged: cameras of laboratories have fewer."""

CLOSE = 0.01
"""A measured rate that differs from the header's by less is the header's, which has no jitter."""
LOWEST_RATE = 1.0
"""Of a slower film the header's two decimals tell too little."""
CONTAINERS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,mpegts,mpeg,mpegvideo,m4v,asf,ogg,mxf,dv,mjpeg,"
    "gif,apng,mp3,aac,flac,wav"
)
"""What ffmpeg may take a file for. Playlists and scripts are not here: they name other files."""
SAFE = ("-protocol_whitelist", "file", "-format_whitelist", CONTAINERS)
NO_TIME = -(2**62)
MOST_BOXES = 10_000
"""Parts of an MP4 that are looked through for a second film."""

STREAM = re.compile(r"^ {2,4}Stream #0:\d+.*?: (Video|Audio): (.*)$")
OTHER_PART = re.compile(r"^ {0,4}(Stream|Chapters?|Program|Input|Output|Side data)\b")
DURATION = re.compile(r"^ {2}Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
SIZE = re.compile(r", (\d{1,5})x(\d{1,5})\b(?: \[SAR (\d+):(\d+)|, SAR (\d+):(\d+))?")
INTERLACED = re.compile(r"\((?:[^()]*, )?(?:top|bottom)(?: coded)? first")
ALPHA = re.compile(r", (?:yuva\d|[rgb]{3}a|a[rgb]{3}|gbrap|ya\d)|\balpha_mode +: 1\b")
HDR = re.compile(r"\b(smpte2084|arib-std-b67)\b")
RATE = re.compile(r", (\d+(?:\.\d+)?)(k?) fps\b")
TURN = re.compile(
    r"^ +(?:displaymatrix|display matrix|rotate) *: .*?(-?\d+(?:\.\d+)?)", re.IGNORECASE
)


@dataclass(frozen=True)
class Clip:
    """What a video's header says.

    width, height: in pixels, upright and square. duration: in seconds, None where nobody knows.
    rate: frames in a second; of a variable rate, the mean. hdr: whether its brightness goes beyond
    that of a usual screen, by the curves PQ or HLG. interlaced: whether a frame holds the lines of
    two moments. transparent: whether a part may be. streams: how many films it holds.
    """

    width: int
    height: int
    duration: float | None
    rate: float
    has_audio: bool
    hdr: bool = False
    interlaced: bool = False
    transparent: bool = False
    streams: int = 1


@dataclass(frozen=True)
class _Stream:
    """A stream's line, and the lines of its metadata."""

    kind: str
    line: str
    more: list[str]


def probe(path: str | Path) -> Clip:
    """Read a video's header.

    A width is what it is shown in: pixels that are not square are counted as square ones. Where the
    header names no duration, no rate or the ticks of its clock, the times of all frames are read.

    Args:
        path: The file.

    Returns:
        Size, duration, rate, and whether there is sound.

    Raises:
        UserError: The file is not there, is no video, or has no picture.
    """
    path = Path(path)
    refuse_pipe(path)
    if not path.is_file():
        raise UserError(
            f"{path}: {'a folder, expected a video' if path.is_dir() else 'no such file'}"
        )
    streams, duration, said = _header(path)
    has_audio = any(stream.kind == "Audio" for stream in streams)
    shown = [s for s in streams if s.kind == "Video" and "(attached pic)" not in s.line]
    size = SIZE.search(shown[0].line) if shown else None
    if size is None:
        raise _no_film(path, said, has_audio=has_audio)
    width, height = int(size[1]), int(size[2])
    across, down = int(size[3] or size[5] or 1), int(size[4] or size[6] or 1)
    if across and down:  # 0:1 is "not said"
        width = max(1, round(width * across / down))
    if _lies_on_its_side(shown[0]):
        width, height = height, width
    named = RATE.search(shown[0].line)
    rate = float(named[1]) * (1000 if named[2] else 1) if named else 0.0
    believed = LOWEST_RATE <= rate <= HIGHEST_RATE
    if not believed or duration is None:
        measured, lasting = _measured(path)
        duration = duration or lasting
        if measured and not (believed and abs(measured / rate - 1) < CLOSE):
            rate = measured
    if not rate > 0:
        raise UserError(f"{path}: neither its header nor its frames tell a frame rate")
    if rate > FASTEST:
        raise UserError(f"{path}: damaged, its frames are said to follow at {rate:,.0f} a second")
    line, whole = shown[0].line, "\n".join([shown[0].line, *shown[0].more])
    return Clip(
        width,
        height,
        duration,
        rate,
        has_audio,
        hdr=bool(HDR.search(line)),
        interlaced=bool(INTERLACED.search(line)),
        transparent=bool(ALPHA.search(whole)),
        streams=len(shown) + _joined(path),
    )


def _no_film(path: Path, said: str, *, has_audio: bool) -> UserError:
    """Say what a file is in which no film was found."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        return UserError(f"{path}: is empty, expected a video")
    if has_audio:
        return UserError(f"{path}: has sound and no pictures, or was cut off before the first one")
    kind = kind_of(start)
    bare = start.removeprefix(b"\0").startswith(b"\0\0\1") and "not on whitelist" in said
    after = start.partition(b"\1")[2][:1]
    indexed = start[4:8] in (b"ftyp", b"wide") and "moov atom not found" in said
    if kind is None and (indexed or start[4:8] == b"mdat"):
        kind = "a video that was cut short: its index, which stands at its end, is missing"
    elif kind is None and start.isascii() and b"\0" not in start:
        kind = "a picture, a playlist or a text"
    elif kind is None and bare and b"\1" <= after < b"\xb0":  # a unit of H.264 or H.265
        return UserError(
            f"{path}: bare frames, which have no rate; put them into a film: "
            "ffmpeg -framerate RATE -i FILE -c copy film.mp4"
        )
    elif kind is None and "not on whitelist" in said:
        kind = "of a kind that is not opened here"
    if kind is not None:
        return UserError(f"{path}: {kind}, expected a video such as .mp4")
    return UserError(f"{path}: not a video, or cut off before anything can be shown")


def _header(path: Path) -> tuple[list[_Stream], float | None, str]:
    # An absolute path, for ffmpeg takes what is before a colon for a protocol.
    source = ("-i", str(path.resolve()))
    said = _ffmpeg("-hide_banner", *SAFE, *source).stderr.decode(errors="replace")
    streams: list[_Stream] = []
    duration = None
    within = False
    for line in said.splitlines():
        found, lasting = STREAM.match(line), DURATION.match(line)
        if found:
            streams.append(_Stream(found[1], found[2], []))
            within = True
        elif OTHER_PART.match(line) and not line.strip().startswith("Side data"):
            within = False
        elif within:
            streams[-1].more.append(line)
        if lasting and duration is None:
            hours, minutes, seconds = map(float, lasting.groups())
            duration = 3600 * hours + 60 * minutes + seconds or None
    return streams, duration, said


def _joined(path: Path) -> int:
    """Return how many more films follow the first in an MP4: files that were joined byte by byte.

    A film begins with a box called `ftyp`, and a box with its size: 4 bytes, or 8 where that is 1.
    """
    films, place, size = 0, 0, path.stat().st_size
    with path.open("rb") as file:
        for _ in range(MOST_BOXES):
            file.seek(place)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:], "big")
            films += head[4:8] == b"ftyp"
            place += length
            if films == 0 or length < 8 or place >= size:  # another kind of file, or its end
                break
    return max(0, films - 1)


def _lies_on_its_side(stream: _Stream) -> bool:
    """Tell whether a stream is shown turned by a quarter.

    ffmpeg 9 speaks of a "Display Matrix", before it was "displaymatrix", and earlier "rotate".
    """
    angles = [found[1] for line in stream.more if (found := TURN.match(line))]
    return bool(angles) and round(abs(float(angles[0]))) % 180 == 90


def _measured(path: Path) -> tuple[float, float | None]:
    """Return frames in a second and the duration, from the times of all frames, undecoded.

    The rate is 0 where the frames have no times.
    """
    only_times = ("-map", "0:V:0", "-c", "copy", "-f", "framecrc", "-")
    done = _ffmpeg("-loglevel", "error", *SAFE, "-i", str(path.resolve()), *only_times)
    said = done.stdout.decode(errors="replace")
    clock = re.search(r"^#tb 0: (\d+)/(\d+)", said, re.MULTILINE)
    times = [int(line.split(",")[2]) for line in said.splitlines() if line.startswith("0,")]
    times = [time for time in times if time > NO_TIME]
    if clock is None or len(set(times)) < 2:
        return 0.0, None
    span = max(times) - min(times)
    step = span / (len(times) - 1) * int(clock[1]) / int(clock[2])
    rate = 1 / step
    return round(rate, 2) if rate >= LOWEST_RATE else rate, len(times) * step  # a header's digits


def _ffmpeg(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [FFMPEG_BINARY, "-nostdin", *arguments],
        capture_output=True,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows alone
    )
