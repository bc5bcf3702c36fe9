"""A plain WAV in memory: nothing to be decoded, and none of the ways in which a file is damaged.

Many sounds that are sent to a server are of this kind. They go the short way, without a file;
every other sound is written down, and read as `audio.decoding` reads all there are.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from audio.decoding import PLAIN_CHUNK, Header

FORMS: dict[tuple[int, int], tuple[str, np.dtype[Any]]] = {
    (1, 16): ("PCM_16", np.dtype("<i2")),
    (3, 32): ("FLOAT", np.dtype("<f4")),
}
"""The resolutions, by the tag of the format and the bits of a sample."""
MOST_CHANNELS = 64
BESIDE = (b"fact", b"PEAK")
"""Chunks of floating point, which change nothing in the sound. Not LIST, whose parts may be damaged
in many ways."""


@dataclass(frozen=True)
class PlainWav:
    """A sound as it was sent. stored: its samples, (frames, channels), as its content has them."""

    header: Header
    stored: np.ndarray
    content: bytes

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield float32 blocks (frames, channels), as `audio.decoding.blocks` does of a file."""
        scale = np.float32(1 / 32768 if self.stored.dtype.kind == "i" else 1)
        for start in range(0, len(self.stored), PLAIN_CHUNK):
            with np.errstate(invalid="ignore"):  # of what is no number others say so
                block = self.stored[start : start + PLAIN_CHUNK].astype(np.float32) * scale
            yield block


def plain_wav(content: bytes) -> PlainWav | None:
    """Return the sound of a WAV that is whole to the byte; None for whatever else this is.

    It holds one format, of 16 bits or of floating point, and behind it one stretch of samples;
    the sizes of its parts add up to that of the file.

    >>> plain_wav(b"RIFF") is None
    True

    Source: Microsoft, "Multiple channel audio data and WAVE files".
    """
    whole = content[:4] == b"RIFF" and content[8:16] == b"WAVEfmt "
    if not whole or int.from_bytes(content[4:8], "little") + 8 != len(content):
        return None
    found: dict[bytes, tuple[int, int]] = {}
    place = 12
    while place + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        if name in found or name not in (b"fmt ", b"data", *BESIDE) or size % 2:
            return None
        found[name] = (place + 8, size)
        place += 8 + size
    if place != len(content) or b"data" not in found or found[b"fmt "][1] not in (16, 18):
        return None
    tag, channels, rate, per_second, width, bits = struct.unpack_from("<HHIIHH", content, 20)
    start, size = found[b"data"]
    if found.get(b"PEAK", (0, 0))[1] not in (0, 8 + 8 * channels):
        return None
    fits = 0 < channels <= MOST_CHANNELS and width == channels * bits // 8
    fits = fits and per_second == rate * width  # else it is told that one of both is wrong
    if (tag, bits) not in FORMS or not fits or not size or size % width or not 0 < rate < 2**31:
        return None
    subtype, kind = FORMS[tag, bits]
    stored = np.frombuffer(content, kind, size // kind.itemsize, start).reshape(-1, channels)
    return PlainWav(Header(rate, channels, len(stored), "WAV", subtype), stored, content)
