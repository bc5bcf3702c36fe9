"""What ffmpeg decodes: the first sound track of a video, and sounds that libsndfile cannot read."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from common.errors import UserError

CHUNK = 8192
"""Frames decoded at once; what a damaged place costs at most."""

CONTAINERS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,mpegts,mpeg,asf,ogg,wav,flac,mp3,aac,aiff,au,"
    "amr,w64,caf,wv,tta,ape,ac3,eac3,dts,voc"
)
"""What ffmpeg may take a file for. Playlists and scripts are not here: they name other files."""

LATEST_START = 3600.0
"""Seconds that a sound may begin after the picture; a file that says more is not believed."""

_AU_MAGIC, _AU_FLOAT = 0x2E736E64, 6

_STREAM = re.compile(
    r"^\s*Stream #0:.*?: Audio: (\w+)[^\n]*?, (u8|s16|s32|flt|dbl)p?(?: \((\d+) bit\))?",
    re.MULTILINE,
)
_PICTURE = re.compile(r"^\s*Stream #0:.*?: Video: (?!.*attached pic)", re.MULTILINE)
_LASTING = re.compile(
    r"^Input #0, (matroska|mov|asf|tta|ape|wv|caf)\b.*?"
    r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)(?:, start: (\d+\.\d+))?",
    re.MULTILINE | re.DOTALL,
)
"""Containers whose length is written down; of others it is guessed from the size of the file."""
_FROM_ZERO = ("matroska", "asf")
"""Those of them whose length counts from 0, and not from where the sound begins."""
_FIRST_TIME = re.compile(r"\bn:\s*0 .*?pts_time:(-?[\d.]+)")
_LAST_TIME = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)
_DAMAGE = re.compile(
    r"partial file|ended prematurely|packet corrupt|corrupt input|error submitting|crc mismatch",
    re.IGNORECASE,
)
_SIGNS = {
    "moov atom not found": "a video that was cut short: its index, which stands at its end, is "
    "missing",
    "matches no streams": "pictures or texts, and no sound track",
}
"""What ffmpeg says where there is no sound, in plain words."""
_NO_LENGTH = "Ignoring maximum wav data size"
_OTHER_FORM = "change is not supported"
"""What ffmpeg says where an Ogg file goes on at another rate or with other channels."""

_LOSSLESS = ("pcm_", "flac", "alac", "wavpack", "tta", "ape", "truehd", "mlp")
_SUBTYPES = {
    **{"u8": "PCM_U8", "s16": "PCM_16", "s32": "PCM_32", "flt": "FLOAT", "dbl": "DOUBLE"},
    **{"20": "PCM_24", "24": "PCM_24"},
}
"""Resolutions in the words of ffmpeg, and in those of libsndfile."""


class Stored(NamedTuple):
    """How a file stores its sound, as far as ffmpeg says.

    subtype: the resolution in the words of libsndfile. start: seconds that pass in a video before
    its sound begins. tracks: how many sounds there are. lasting: seconds, of a file of one sound
    alone that says how many; else 0.
    """

    subtype: str = "FLOAT"
    start: float = 0.0
    tracks: int = 1
    lasting: float = 0.0


def how_stored(path: Path) -> Stored:
    """Ask ffmpeg how the first sound track of a file is stored, and when it begins."""
    first = ["-frames:a", "1", "-af", "ashowinfo", "-f", "null", "-"]
    done = subprocess.run(
        [*_command(path, "info"), *first],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = done.stderr.decode("utf-8", "replace")
    source = said.partition("Output #0")[0]
    stored = Stored()
    if found := _STREAM.search(source):
        codec, sample, bits = found.groups()
        lossless = codec.startswith(_LOSSLESS) and codec not in ("pcm_alaw", "pcm_mulaw")
        subtype = _SUBTYPES[bits if bits in _SUBTYPES else sample] if lossless else codec.upper()
        stored = stored._replace(subtype=subtype, tracks=len(_STREAM.findall(source)))
    if _PICTURE.search(source):
        if time := _FIRST_TIME.search(said):
            start = float(time[1])
            stored = stored._replace(start=start if 0 < start <= LATEST_START else 0.0)
    elif told := _LASTING.search(source):
        hours, minutes, seconds, start = map(float, told.groups("0")[1:])
        before = start if told[1] in _FROM_ZERO else 0.0
        lasting = 3600 * hours + 60 * minutes + seconds - before
        # Of several tracks it is that of the longest, and the first is read.
        stored = stored._replace(lasting=lasting if stored.tracks == 1 else 0.0)
    return stored


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


class Decoder:
    """A process that decodes the first sound track of a file into the AU format on its output.

    sample_rate, channels: of the sound; both 0 where there is none.
    """

    def __init__(self, path: Path) -> None:
        target = ["-c:a", "pcm_f32be", "-f", "au", "pipe:1"]
        at_the_end = ["-stats_period", "1000000", "-progress", "pipe:2"]
        command = [*_command(path, "warning"), *at_the_end, *target]
        self.messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.messages
        )
        assert self.process.stdout is not None  # it was asked for
        self.output = self.process.stdout
        self.sample_rate, self.channels = self._read_header()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.output.close()
        self.process.wait()
        self.messages.close()

    def says_why(self) -> str:
        """Return in plain words why it found no sound; "" where it is not known."""
        said = self._said()
        return next((words for sign, words in _SIGNS.items() if sign in said), "")

    def met_another(self) -> bool:
        """Whether, having come to its end, it has met a sound of another form behind this one."""
        return _OTHER_FORM in self._said()

    def end(self) -> float:
        """Return the time, in seconds, at which the sound ends, having come to its end."""
        found = _LAST_TIME.findall(self._said())
        return int(found[-1]) / 1e6 if found else 0.0

    def complained(self) -> bool:
        """Whether, having come to its end, it has spoken of damage."""
        said = self._said()
        # The last piece of a WAV without a length is a short one, and that is no damage.
        return _NO_LENGTH not in said and _DAMAGE.search(said) is not None

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield float32 blocks (frames, channels) as they come."""
        width = 4 * self.channels
        while width and (data := self.output.read(CHUNK * width)):
            whole = len(data) // width * width
            block = np.frombuffer(data[:whole], ">f4").astype(np.float32)
            yield block.reshape(-1, self.channels)

    def _said(self) -> str:
        """Return its warnings, when it has come to its end."""
        self.process.wait()
        self.messages.seek(0)
        return self.messages.read().decode("utf-8", "replace")

    def _read_header(self) -> tuple[int, int]:
        fixed = self.output.read(24)
        if len(fixed) < 24:
            return 0, 0
        magic, offset, _, encoding, sample_rate, channels = np.frombuffer(fixed, ">u4").tolist()
        if magic != _AU_MAGIC or encoding != _AU_FLOAT or channels == 0:
            return 0, 0
        self.output.read(offset - 24)
        return sample_rate, channels
