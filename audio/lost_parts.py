"""What a sound shows where a part of it was lost: noise behind a byte, or a long run of zeros.

Behind a byte that is missing, the low byte of a sample stands where the high one should: a sound
becomes noise at nearly full scale, and no reader minds. One byte further on it is smooth again.
A download that was never finished has zeros in place of what is to come.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from audio.byte_forms import BYTES, numbers_of
from audio.decoding import Header, PlainSoundFile, file_name

WINDOW = 256
"""Frames that are looked at together."""
PEAK, LEVEL, ROUGH = 0.9, (0.5, 0.64), 1.5
"""What such noise reaches, its level (0.577 where all values are alike often) and its changes from
sample to sample by its power, which of noise are 2."""
PITCHED = 0.7
"""How much a window may resemble itself some samples on: a loud tone does, and no noise."""
SEVERAL = 4
"""Windows that hiss before the bytes are looked at."""
SMOOTH, SMOOTHER, MOSTLY = 0.7, 2.2, 0.6
"""Changes, by the power, of the sound one byte further on, how many times more they are as it is
read, and the share of the windows behind the place where both is so."""
SPAN = 2**16
"""Frames behind the first window that hisses of which the bytes are looked at."""

LONG, LARGE = 1.0, 0.4
"""Seconds of exact zeros, and their share of the sound, from which on they are told."""
ZEROS = "holds nothing but zeros from"


class ZeroRun:
    """The longest run of frames that are exactly 0 in each channel.

    >>> run = ZeroRun()
    >>> run.examine(np.array([[0.5, 0, 0]]))
    >>> run.examine(np.array([[0, 0.5, 0]]))
    >>> run.start, run.length
    (1, 3)
    """

    def __init__(self) -> None:
        self.frames = self.start = self.length = self._now = 0

    def examine(self, block: np.ndarray) -> None:
        """Look at samples (channels, n), which follow those before."""
        sounds = block.any(axis=0)
        if not sounds.size:
            return
        if sounds.all():
            self._now = 0
            self.frames += block.shape[1]
            return
        heard = np.flatnonzero(sounds)
        ends = np.append(heard, block.shape[1])
        starts = np.insert(heard + 1, 0, -self._now)
        longest = int((ends - starts).argmax())
        if (length := int(ends[longest] - starts[longest])) > self.length:
            self.start, self.length = self.frames + int(starts[longest]), length
        self._now = int(ends[-1] - starts[-1])
        self.frames += block.shape[1]

    def told(self, rate: int) -> str:
        """Say where it stands, if it is long and a large part of the sound; nothing if not."""
        if self.length < LONG * rate or not LARGE * self.frames <= self.length < self.frames:
            return ""
        places = (self.start, self.start + self.length, self.frames)
        start, end, whole = (place / rate for place in places)
        return f"{ZEROS} {start:.2f} s to {end:.2f} s of {whole:.2f} s: is a part of it missing?"


class HissWatch:
    """Whether whole numbers hiss at nearly full scale, and from which frame on.

    >>> watch = HissWatch(Header(16_000, 1, None, "WAV", "PCM_16"))
    >>> sound = np.sin(np.arange(8192) / 9)[None]
    >>> watch.examine(sound)
    >>> watch.examine(np.random.default_rng(0).uniform(-1, 1, (1, 8192)))
    >>> watch.first
    8192
    """

    def __init__(self, header: Header) -> None:
        width = BYTES.get(header.subtype, 1)
        whole = header.subtype.startswith("PCM") and width > 1
        self.watching = whole and header.format != "ffmpeg"
        self.frames = self.count = 0
        self.first: int | None = None

    def examine(self, block: np.ndarray) -> None:
        """Look at samples (channels, n), which follow those before."""
        start, self.frames = self.frames, self.frames + block.shape[1]
        if not self.watching or self.count >= SEVERAL or np.abs(block).max(initial=0) < PEAK:
            return
        hissing = np.flatnonzero(_hiss(block.T))
        if len(hissing) and self.first is None:
            self.first = start + int(hissing[0]) * WINDOW
        self.count += len(hissing)


def doubt(source: Path | np.ndarray, header: Header, watch: HissWatch) -> str:
    """Say from when on a sound hisses for a byte that is missing; nothing where it does not.

    source: a file that libsndfile reads, or what it stores, (n, channels).
    """
    if watch.first is None or watch.count < SEVERAL:
        return ""
    start = max(0, watch.first - 2 * WINDOW)
    read = _read(source, header, start)
    width, whole = BYTES[header.subtype], len(read) // WINDOW * WINDOW
    data = read.astype("<i4").view(np.uint8).reshape(-1, 4)[:, 4 - width :].tobytes()
    own = _scaled(read[:whole])
    hisses = _hiss(own)
    for other in _further(data, width, read.shape):
        sound = other[:whole]
        better = hisses & (_changes(sound) < np.minimum(SMOOTH, _changes(own) / SMOOTHER))
        # A pause has few bits, and hisses in neither way.
        behind = np.flatnonzero(better)
        if len(behind) >= SEVERAL and better[behind[0] :].mean() > MOSTLY:
            moment = (start + int(behind[0]) * WINDOW) / header.sample_rate
            return (
                f"hisses from {moment:.2f} s on, and would not with its bytes one further on: a "
                "byte is missing there, or one too many"
            )
    return ""


def _read(source: Path | np.ndarray, header: Header, start: int) -> np.ndarray:
    """Return a part of what is stored, (n, channels), as whole numbers of 32 bits."""
    if isinstance(source, np.ndarray):
        return source[start : start + SPAN].astype(np.int32) << 16
    with PlainSoundFile(file_name(source)) as file:
        file.seek(start)
        return file.read(SPAN, dtype="int32", always_2d=True)


def _further(data: bytes, width: int, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Yield the samples that begin at another byte, (n, channels), of either order."""
    count, channels = shape
    for first in range(1, width):
        for big in (False, True):
            numbers = numbers_of(data, width, first, big=big)
            whole = np.zeros(count * channels, numbers.dtype)
            whole[: len(numbers)] = numbers
            yield _scaled(whole.reshape(count, channels))


def _scaled(numbers: np.ndarray) -> np.ndarray:
    return numbers / np.float32(2.0 ** (8 * numbers.itemsize - 1))


def _windows(sound: np.ndarray) -> np.ndarray:
    """Return whole windows (count, WINDOW, channels) of samples (n, channels)."""
    return sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW, sound.shape[1])


def _changes(sound: np.ndarray) -> np.ndarray:
    """Return for each window the power of the changes by the power; inf where it is silent."""
    windows = _windows(sound)
    power = windows.var(axis=1).sum(axis=1)
    steps = np.square(np.diff(windows, axis=1)).mean(axis=1).sum(axis=1)
    return np.divide(steps, power, out=np.full(len(power), np.inf), where=power > 0)


def _hiss(sound: np.ndarray) -> np.ndarray:
    """Tell for each window whether it hisses at nearly full scale, as bytes of low value do."""
    windows, changes = _windows(sound), _changes(sound)
    level = np.sqrt(np.square(windows).mean(axis=1)).max(axis=1)
    found = (level > LEVEL[0]) & (level < LEVEL[1]) & (changes > ROUGH) & (changes < np.inf)
    found[found] = _repetition(windows[found]) < PITCHED
    return found


def _repetition(windows: np.ndarray) -> np.ndarray:
    """Return how much windows (count, WINDOW, channels) resemble themselves later on, at most 1.

    That is the largest autocorrelation at distances of up to half a window: of a tone 1, of noise
    about 0.3.
    """
    spectra = np.fft.rfft(windows - windows.mean(axis=1, keepdims=True), 2 * WINDOW, axis=1)
    products = np.fft.irfft(np.square(np.abs(spectra)).sum(axis=2), axis=1)[:, : WINDOW // 2]
    means = products / (WINDOW - np.arange(WINDOW // 2))
    return (means[:, 1:] / means[:, :1]).max(axis=1, initial=-1)
