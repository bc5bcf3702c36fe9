"""Two ways to decode a file: libsndfile, and ffmpeg for the sound of a video.

Both give a `Header` at once and then blocks of (frames, channels), as much as can be read.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from common.errors import UserError

CHUNK = 8192
"""Frames decoded at once; what a damaged place costs at most."""

CONTAINERS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,mpegts,mpeg,asf,ogg,wav,flac,mp3,aac,aiff,au,"
    "amr,w64,caf"
)
"""What ffmpeg may take a file for. Playlists and scripts are not here: they name other files."""

AU_MAGIC, AU_FLOAT = 0x2E736E64, 6


@dataclass(frozen=True)
class Header:
    """What a file says of itself. frames: None where only reading to the end tells."""

    sample_rate: int
    channels: int
    frames: int | None
    format: str
    subtype: str


def header(path: Path) -> Header:
    """Read what a file says of itself; raise UserError where it is no sound."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # a NUL in the name
        raise UserError(f"{path!r}: cannot be a file: {error}") from None
    if path.stat().st_size == 0:
        raise UserError(f"{path}: is empty, expected a sound file")
    try:
        with soundfile.SoundFile(path) as file:
            # A cut-off Ogg file has no length in its last page: ffmpeg reads what is there.
            if file.frames > 0:
                return Header(
                    file.samplerate, file.channels, file.frames, file.format, file.subtype
                )
            found = f"{file.format} with no samples"
    except (soundfile.LibsndfileError, TypeError) as error:
        found = getattr(error, "error_string", "format not recognised").rstrip(".")
    with _Ffmpeg(path) as decoder:
        if decoder.header is not None:
            return decoder.header
    raise UserError(
        f"{path}: no sound found in it ({found}); "
        "expected wav, flac, ogg, mp3, or a video with sound"
    )


def blocks(path: Path, kind: Header) -> Iterator[np.ndarray]:
    """Yield float32 blocks (frames, channels) until the end, or until a damaged place."""
    if kind.format == "ffmpeg":
        with _Ffmpeg(path) as decoder:
            yield from decoder.blocks()
        return
    with _Forward(path) as file:
        while True:
            try:
                block = file.read(CHUNK, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            if len(block) == 0:
                return
            yield block


class _Forward(soundfile.SoundFile):
    """A file that is only read forward.

    After each block soundfile seeks to where it is. In an MP3 that lands elsewhere and is heard
    as a crack; in a FLAC that is cut short it fails.
    """

    def seekable(self) -> bool:
        return False


class _Ffmpeg:
    """A process that decodes the first sound track of a file into the AU format on its output.

    It may open this one file and no other, neither by a path nor by an address within it.
    """

    def __init__(self, path: Path) -> None:
        import imageio_ffmpeg

        try:
            program = imageio_ffmpeg.get_ffmpeg_exe()
        except RuntimeError:
            raise UserError(
                f"{path}: needs ffmpeg, which is not there; install imageio-ffmpeg"
            ) from None
        safe = ["-protocol_whitelist", "file", "-format_whitelist", CONTAINERS]
        source = [*safe, "-i", f"file:{path.resolve()}", "-map", "0:a:0"]
        target = ["-c:a", "pcm_f32be", "-f", "au", "pipe:1"]
        self.process = subprocess.Popen(
            [program, "-nostdin", "-v", "quiet", *source, *target],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
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
