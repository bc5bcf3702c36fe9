"""Two ways to decode a file: libsndfile, and ffmpeg for the sound of a video.

Both give a `Header` at once and then blocks of (frames, channels), as much as can be read.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from audio import truncation
from common.errors import UserError
from common.file_signatures import kind_of
from common.files import refuse_pipe

CHUNK = 8192
"""Frames decoded at once; what a damaged place costs at most."""
PLAIN_CHUNK = 8 * CHUNK
"""The same of a WAV that stores each sample as it is: in it no place is damaged."""

CONTAINERS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,mpegts,mpeg,asf,ogg,wav,flac,mp3,aac,aiff,au,"
    "amr,w64,caf,wv,tta,ape,ac3,voc"
)
"""What ffmpeg may take a file for. Playlists and scripts are not here: they name other files."""

PADDING = 2304
"""Frames by which an MP3 may be shorter than it says: it pads its first frame and its last."""

AU_MAGIC, AU_FLOAT = 0x2E736E64, 6

LATEST_START = 3600.0
"""Seconds that a sound may begin after the picture; a file that says more is not believed."""

_STREAM = re.compile(
    r"^\s*Stream #0:.*?: Audio: (\w+)[^\n]*?, (u8|s16|s32|flt|dbl)p?(?: \((\d+) bit\))?",
    re.MULTILINE,
)
_PICTURE = re.compile(r"^\s*Stream #0:.*?: Video: (?!.*attached pic)", re.MULTILINE)
_FIRST_TIME = re.compile(r"\bn:\s*0 .*?pts_time:(-?[\d.]+)")
_DAMAGE = re.compile(
    r"partial file|ended prematurely|packet corrupt|corrupt input|error submitting|crc mismatch",
    re.IGNORECASE,
)
_SIGNS = {
    "moov atom not found": "a video that was cut short: its index, which stands at its end, is "
    "missing",
    "matches no streams": "pictures or texts, and no sound track",
}
"""What ffmpeg says, in plain words;"""
_PLAIN = {
    "internal error : SF_INFO struct incomplete": "its header names no rate that a sound has",
    "file does not exist or is not a regular file (possibly a pipe?)": "format not recognised",
}
"""and what libsndfile says."""
_SAMPLES = ("PCM_16", "PCM_24", "PCM_32", "PCM_U8", "PCM_S8", "FLOAT", "DOUBLE", "ULAW", "ALAW")
"""Resolutions of files in which each frame stands for itself, and no block is filled up."""
_NO_LENGTH = "Ignoring maximum wav data size"
_OTHER_FORM = "change is not supported"
"""What ffmpeg says where an Ogg file goes on at another rate or with other channels."""

_LOSSLESS = ("pcm_", "flac", "alac", "wavpack", "tta", "ape", "truehd", "mlp")
_SUBTYPES = {
    **{"u8": "PCM_U8", "s16": "PCM_16", "s32": "PCM_32", "flt": "FLOAT", "dbl": "DOUBLE"},
    **{"20": "PCM_24", "24": "PCM_24"},
}
"""Resolutions in the words of ffmpeg, and in those of libsndfile."""


def file_name(path: Path) -> str | bytes:
    """Return a path as soundfile takes it, whatever the encoding of its name."""
    return str(path) if os.name == "nt" else os.fsencode(path)


@dataclass(frozen=True)
class Header:
    """What a file says of itself.

    frames: None where only reading to the end tells. start: seconds that pass in a video before its
    sound begins; `blocks` gives them as silence. tracks: how many sounds the video has.
    """

    sample_rate: int
    channels: int
    frames: int | None
    format: str
    subtype: str
    start: float = 0.0
    tracks: int = 1

    @property
    def floating(self) -> bool:
        """Whether samples are stored as floating point, which has no full scale to stop at."""
        return self.subtype in ("FLOAT", "DOUBLE")


def header(path: Path) -> Header:
    """Read what a file says of itself; raise UserError where it is no sound."""
    with suppress(ValueError, OSError):  # a NUL in the name, no permission: said below
        refuse_pipe(path)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # a NUL in the name
        raise UserError(f"{path!r}: cannot be a file: {error}") from None
    if path.stat().st_size == 0:
        raise UserError(f"{path}: is empty, expected a sound file")
    with path.open("rb") as file:
        kind = kind_of(file.read(256))
    if kind is not None:
        raise UserError(f"{path}: {kind}, expected wav, flac, ogg, mp3, or a video with sound")
    found = "an MP3 without frames"
    if truncation.has_reliable_length(path):
        try:
            with PlainSoundFile(file_name(path)) as file:
                # A cut-off Ogg file has no length in its last page: ffmpeg reads what is there.
                if file.frames > 0:
                    frames = truncation.promised_frames(file, path)
                    if file.subtype not in _SAMPLES:
                        frames = truncation.without_padding(path, frames)
                    return Header(file.samplerate, file.channels, frames, file.format, file.subtype)
                found = f"{file.format} with no samples"
        except (soundfile.LibsndfileError, TypeError) as error:
            found = getattr(error, "error_string", "format not recognised").rstrip(".")
            found = found[:1].lower() + found[1:]
            found = _PLAIN.get(found, found)
    with _Ffmpeg(path) as decoder:
        if decoder.header is not None:
            return _described(path, decoder.header)
        said = decoder.said()
        found = next((words for sign, words in _SIGNS.items() if sign in said), found)
    raise UserError(
        f"{path}: no sound found in it ({found}); "
        "expected wav, flac, ogg, mp3, or a video with sound"
    )


def blocks(path: Path, kind: Header, problems: list[str]) -> Iterator[np.ndarray]:
    """Yield float32 blocks (frames, channels) until the end, or until a damaged place.

    Args:
        path: the file.
        kind: its header.
        problems: is told, at the end, of damage that the number of frames does not show.
    """
    if truncation.ends_early(path):
        problems.append("cut short or damaged: its end is missing")
    if truncation.is_followed(path):
        problems.append("another sound follows it in the same file, and was not read")
    if kind.format == "ffmpeg":
        silent = round(kind.start * kind.sample_rate)
        for start in range(0, silent, CHUNK):
            yield np.zeros((min(CHUNK, silent - start), kind.channels), np.float32)
        with _Ffmpeg(path) as decoder:
            yield from decoder.blocks()
            if _OTHER_FORM in decoder.said():
                problems.append("another sound follows it in the same file, and was not read")
            elif problems or truncation.is_streamed_caf(path):
                pass  # its last piece is a short one, and that is no damage
            elif decoder.complained():
                problems.append("cut short or damaged: a part of it could not be read")
        return
    frames = 0
    for block in _by_libsndfile(path, kind):
        frames += len(block)
        yield block
    if kind.format == "MP3" and kind.frames is not None and frames < kind.frames - PADDING:
        for block in _behind(path, kind, frames):
            frames += len(block)
            yield block
        if frames >= kind.frames - PADDING:  # else its length says so
            problems.append("damaged: a part of it could not be read")


def _by_libsndfile(path: Path, kind: Header) -> Iterator[np.ndarray]:
    left = kind.frames
    plain = kind.format.startswith("WAV") and kind.subtype in _SAMPLES
    with _Forward(file_name(path)) as file:
        while left is None or left > 0:
            try:
                block = file.read(PLAIN_CHUNK if plain else CHUNK, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            if len(block) == 0:
                return
            if left is not None:
                block = block[:left]  # what fills up the last block of ADPCM is no sound
                left -= len(block)
            yield block


def _behind(path: Path, kind: Header, done: int) -> Iterator[np.ndarray]:
    """Yield what ffmpeg reads of a sound behind so many frames: at damage, libsndfile gives up."""
    with _Ffmpeg(path) as decoder:
        if decoder.header is None or decoder.header.sample_rate != kind.sample_rate:
            return
        for block in decoder.blocks():
            if block.shape[1] == kind.channels and len(block) > done:
                yield block[done:]
            done = max(0, done - len(block))


def _described(path: Path, header: Header) -> Header:
    """Add to a header of ffmpeg's how the sound is stored, and when it begins."""
    first = ["-frames:a", "1", "-af", "ashowinfo", "-f", "null", "-"]
    done = subprocess.run(
        [*_command(path, "info"), *first],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = done.stderr.decode("utf-8", "replace")
    source = said.partition("Output #0")[0]
    if stored := _STREAM.search(source):
        codec, sample, bits = stored.groups()
        lossless = codec.startswith(_LOSSLESS) and codec not in ("pcm_alaw", "pcm_mulaw")
        subtype = _SUBTYPES[bits if bits in _SUBTYPES else sample] if lossless else codec.upper()
        tracks = len(_STREAM.findall(source))
        header = replace(header, subtype=subtype, tracks=tracks)
    if _PICTURE.search(source) and (time := _FIRST_TIME.search(said)):
        start = float(time[1])
        header = replace(header, start=start if 0 < start <= LATEST_START else 0.0)
    return header


def _command(path: Path, loglevel: str) -> list[str]:
    """Return the beginning of a command that reads the first sound track of a file.

    It may open this one file and no other, neither by a path nor by an address within it.
    """
    import imageio_ffmpeg

    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        raise UserError(
            f"{path}: needs ffmpeg, which is not there; install imageio-ffmpeg"
        ) from None
    safe = ["-protocol_whitelist", "file", "-format_whitelist", CONTAINERS]
    source = ["-i", f"file:{path.resolve()}", "-map", "0:a:0"]
    return [program, "-nostdin", "-hide_banner", "-v", loglevel, *safe, *source]


class PlainSoundFile(soundfile.SoundFile):
    """A sound file that is closed as any other: soundfile waits for the disk each time."""

    def flush(self) -> None:
        """Leave it to the system when the disk has what was written."""


class _Forward(PlainSoundFile):
    """A file that is only read forward.

    After each block soundfile seeks to where it is. In an MP3 that lands elsewhere and is heard
    as a crack; in a FLAC that is cut short it fails.
    """

    def seekable(self) -> bool:
        return False


class _Ffmpeg:
    """A process that decodes the first sound track of a file into the AU format on its output."""

    def __init__(self, path: Path) -> None:
        target = ["-c:a", "pcm_f32be", "-f", "au", "pipe:1"]
        command = [*_command(path, "warning"), *target]
        self.messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.messages
        )
        assert self.process.stdout is not None  # it was asked for
        self.output = self.process.stdout
        self.header = self._read_header()

    def __enter__(self) -> "_Ffmpeg":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.output.close()
        self.process.wait()
        self.messages.close()

    def said(self) -> str:
        """Return its warnings, when it has come to its end."""
        self.process.wait()
        self.messages.seek(0)
        return self.messages.read().decode("utf-8", "replace")

    def complained(self) -> bool:
        """Whether, having come to its end, it has spoken of damage."""
        said = self.said()
        # The last piece of a WAV without a length is a short one, and that is no damage.
        return _NO_LENGTH not in said and _DAMAGE.search(said) is not None

    def _read_header(self) -> Header | None:
        fixed = self.output.read(24)
        if len(fixed) < 24:
            return None
        magic, offset, _, encoding, sample_rate, channels = np.frombuffer(fixed, ">u4").tolist()
        if magic != AU_MAGIC or encoding != AU_FLOAT or channels == 0:
            return None
        self.output.read(offset - 24)
        return Header(sample_rate, channels, None, "ffmpeg", "FLOAT")

    def blocks(self) -> Iterator[np.ndarray]:
        if self.header is None:
            return
        width = 4 * self.header.channels
        while data := self.output.read(CHUNK * width):
            whole = len(data) // width * width
            yield (
                np.frombuffer(data[:whole], ">f4")
                .astype(np.float32)
                .reshape(-1, self.header.channels)
            )
