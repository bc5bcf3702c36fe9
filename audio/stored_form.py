"""Whether the samples of a file are stored in the form that its header says, or in another.

A program that writes bytes in the wrong order, or a header made by hand, leaves a file that every
player takes for a sound, and that hisses. The bytes themselves tell: read in the right form they
change far less from sample to sample.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from audio.decoding import Header, PlainSoundFile, file_name

SECONDS, MOST, ENOUGH = 20.0, 2**22, 2**16
"""Where a sound is looked for, in how many samples at most, and samples that are enough of it."""
WHOLE = 12
"""Frames of which many begin with a sample, whether that has one, two, three or four bytes."""
FEWEST = 2000
"""Samples below which nothing can be told."""
MANY, MANY_BYTES = 1000, 32
"""Different values of samples, and of those of one byte, below which nothing can be told either."""
SMOOTH, SMOOTHER = 0.7, 2.2
"""Power of the changes, by the power of the sound, that speech in noise has at most, and how many
times more it is in a wrong form."""
LOUDEST_FORM = 0.4
"""Level of a sound, by full scale, above which it might fill its bytes evenly, as noise does."""
EVEN = (0.54, 0.61)
"""Level of samples that are spread evenly from end to end of the scale, which is 0.577."""
BOTH_SIDES = 0.2
"""Share of a sound's samples that are above 0, and below."""
PLAUSIBLE = (1e-9, 64.0)
"""Values of floating point that samples have, 0 aside."""
STRANGE = 0.05

BYTES = {"PCM_U8": 1, "PCM_S8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4}
SIGN = np.int32(-(2**31))


@dataclass(frozen=True)
class Reading:
    """Samples (n, channels) of some bytes in one form, and which form that is, in words."""

    words: str
    samples: np.ndarray
    width: int
    floating: bool = False

    @property
    def change(self) -> float:
        """The power of the changes from sample to sample, by the power; inf for no samples."""
        samples = self.samples
        if self.floating:
            strange = _are_strange(samples)
            if strange.mean() > STRANGE:
                return np.inf
            samples = np.where(strange, np.float32(0), samples)
        if len(samples) < FEWEST:
            return np.inf
        steps = np.diff(samples, axis=0)
        power = samples.var(axis=0, dtype=np.float64).sum() * len(steps)
        return float(np.square(steps).sum(dtype=np.float64) / power) if power > 0 else np.inf

    @property
    def level(self) -> float:
        return float(np.sqrt(np.square(self.samples).mean(dtype=np.float64)))

    @property
    def two_sided(self) -> bool:
        share = float((self.samples > 0).mean()), float((self.samples < 0).mean())
        return min(share) > BOTH_SIDES


ORDER = "hisses, but would not with the bytes of its samples in another order"
UNSIGNED = "jumps from end to end of the scale, as samples without a sign do: save it anew"


def doubt(source: Path | bytes, header: Header) -> str:
    """Say that the samples of a file seem to be stored in another form; nothing where they do not.

    Args:
        source: a file that libsndfile reads, or its content.
        header: what it says of itself. Of samples that are packed nothing is said.
    """
    width = BYTES.get(header.subtype)
    if header.format == "ffmpeg" or width is None:
        return ""
    own, data = _own(source, header.subtype)
    if not _is_rich(own):
        return ""
    change = own.change
    found = "", SMOOTH
    for other in _others(data, own):
        smooth = other.change
        if smooth < found[1] and SMOOTHER * smooth < change and not _is_interleaved(own, other):
            found = other.words, smooth
        elif not found[0] and other.words == ORDER and _is_concentrated(own, other):
            found = ORDER, 0.0
    return found[0]


def _own(source: Path | bytes, subtype: str) -> tuple[Reading, bytes]:
    """Return the beginning of a file as it is read, and its bytes, those of low value first."""
    place = file_name(source) if isinstance(source, Path) else io.BytesIO(source)
    with PlainSoundFile(place) as file:
        frames = min(round(SECONDS * file.samplerate), MOST // file.channels)
        few = ENOUGH // file.channels // WHOLE * WHOLE
        kind = "float32" if subtype == "FLOAT" else "int32"
        try:
            read = file.read(frames, dtype=kind, always_2d=True)
        except soundfile.LibsndfileError:
            read = np.zeros((0, file.channels), kind)
    # Not the silence before it: where there are most values.
    last = max(0, len(read) - few) // WHOLE * WHOLE
    starts = [*range(0, last, few), last]
    first = 0
    if len(starts) > 1:
        first = max(starts, key=lambda at: len(np.unique(read[at : at + few : 8, :1])))
    read = read[first : first + few].copy()
    if subtype == "FLOAT":
        return Reading("", read, 4, floating=True), read.astype("<f4").tobytes()
    width = BYTES[subtype]
    data = np.ascontiguousarray(read.astype("<i4")).view(np.uint8).reshape(-1, 4)[:, 4 - width :]
    if subtype == "PCM_U8":
        data = data ^ np.uint8(0x80)
    return Reading("", read / np.float32(2**31), width), data.tobytes()


def _others(data: bytes, own: Reading) -> Iterator[Reading]:
    """Yield what the bytes are in other forms."""
    channels = own.samples.shape[1]
    for first, big in product(range(own.width), (False, True)):
        if own.width > 1 and (first or big):
            yield _reading(ORDER, _numbers(data, own.width, first, big=big), channels, own.width)
    if own.width > 1:
        yield _reading(UNSIGNED, _numbers(data, own.width, 0) ^ SIGN, channels, own.width)
    for width in (2, 3, 4):
        if width != own.width:
            yield _reading(_as(f"{8 * width} bits"), _numbers(data, width, 0), channels, width)
    whole = len(data) // 4 * 4
    for order in "<>":
        words = ORDER if own.floating else _as("floating point")
        yield _reading(words, np.frombuffer(data[:whole], f"{order}f4"), channels, 4)
    if own.floating:
        yield _reading(_as("32 bits, whole numbers"), _numbers(data, 4, 0), channels, 4)
    if own.width > 2:
        return
    bytes_alone = _numbers(data, 1, 0)
    yield _reading(_as("8 bits with a sign"), bytes_alone, channels, 1)
    yield _reading(_as("8 bits without a sign"), bytes_alone ^ SIGN, channels, 1)


def _numbers(data: bytes, width: int, first: int, *, big: bool = False) -> np.ndarray:
    """Return whole numbers of so many bytes, from a byte on, as the upper bytes of 32 bits."""
    values = np.frombuffer(data, np.uint8)[first:]
    parts = values[: len(values) // width * width].reshape(-1, width)
    upper = np.zeros((len(parts), 4), np.uint8)
    upper[:, 4 - width :] = parts[:, ::-1] if big else parts
    return upper.view("<i4")[:, 0]


def _reading(words: str, numbers: np.ndarray, channels: int, width: int) -> Reading:
    """Return numbers, whole ones of 32 bits or real ones, as samples."""
    floating = numbers.dtype.kind == "f"
    sound = numbers if floating else numbers / np.float32(2**31)
    whole = len(sound) // channels * channels
    return Reading(words, sound[:whole].reshape(-1, channels), width, floating)


def _as(form: str) -> str:
    return f"sounds as if its samples had {form}, and its header says otherwise: save it anew"


def _are_strange(samples: np.ndarray) -> np.ndarray:
    """Tell which values are no samples, but bytes that mean something else."""
    size = np.abs(samples)
    with np.errstate(invalid="ignore"):
        return ~((size == 0) | ((size > PLAUSIBLE[0]) & (size < PLAUSIBLE[1])))


def _is_rich(own: Reading) -> bool:
    """Whether samples have so many values that bytes tell: beeps, clicks and whispers have few."""
    first = own.samples[:, 0]
    least = min(MANY, len(first) // 4) if own.width > 1 else MANY_BYTES
    return len(first) >= FEWEST and len(np.unique(first)) >= least


def _is_interleaved(own: Reading, other: Reading) -> bool:
    """Whether a wider form takes every second sample alone, and each half of them sounds alike.

    A tone of nearly half the rate is such a sound: of each half it is a low one.
    """
    if other.width % own.width or other.width == own.width:
        return False
    step = other.width // own.width
    halves = [Reading("", own.samples[start::step], own.width) for start in (0, 1)]
    changes, levels = [half.change for half in halves], [half.level for half in halves]
    return max(changes) < 2 * min(changes) and max(levels) < 2 * min(levels)


def _is_concentrated(own: Reading, other: Reading) -> bool:
    """Whether the bytes are noise from end to end of the scale, and in another order a sound.

    It need not be smooth, as speech in much noise is not: but it keeps to both sides of 0.
    """
    return (
        not own.floating
        and EVEN[0] < own.level < EVEN[1]
        and other.width == own.width
        and other.level < LOUDEST_FORM
        and other.two_sided
    )
