"""Whether the samples of a file are stored in the form that its header says, or in another.

A program that writes bytes in the wrong order, or a header made by hand, leaves a file that every
player takes for a sound, and that hisses. The bytes themselves tell: read in the right form they
change far less from sample to sample.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
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
HEARD = 1e-5
"""Power, by that of the loudest channel, below which a channel tells nothing."""
HISS = (1.5, 2.5)
"""Changes, by their power, that low bits have; those of noise are 2."""
PIECE, FLAT = 256, 0.7
"""Samples of a spectrum, and how flat it is at least where bytes stand in the wrong order."""
LOUDEST_FORM = 0.4
"""Level of a sound, by full scale, above which it might fill its bytes evenly, as noise does."""
EVEN, END = (0.54, 0.61), 0.99
"""Level of samples that are spread evenly from end to end of the scale, which is 0.577; an end."""
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

    @cached_property
    def powers(self) -> np.ndarray:
        """The power of each channel without its mean, 0 where values are no samples."""
        strange = self.floating and _are_strange(self.samples).mean() > STRANGE
        if len(self.samples) < FEWEST or strange:
            return np.zeros(self.samples.shape[1])
        return self._plausible.var(axis=0, dtype=np.float64)

    @cached_property
    def changes(self) -> np.ndarray:
        """Of each channel the power of the changes from sample to sample, by its power; inf where
        it has none."""
        found = np.full(len(self.powers), np.inf)
        if self.powers.any():
            steps = np.square(np.diff(self._plausible, axis=0)).mean(axis=0, dtype=np.float64)
            np.divide(steps, self.powers, out=found, where=self.powers > 0)
        return found

    @property
    def _plausible(self) -> np.ndarray:
        if not self.floating:
            return self.samples
        return np.where(_are_strange(self.samples), np.float32(0), self.samples)

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
    if not _is_rich(own) or _is_within_scale(own):
        return ""
    found = "", SMOOTH
    for other in _others(data, own):
        smooth = _smoothness(own, other)
        if smooth < found[1] and not _is_interleaved(own, other):
            found = other.words, smooth
        elif not found[0] and other.words == ORDER and _is_concentrated(own, other):
            found = ORDER, 0.0
    return found[0]


def _smoothness(own: Reading, other: Reading) -> float:
    """Return the changes of another form in its roughest channel; inf if they prove nothing.

    Each channel must become smoother: a sum over channels would take one that hisses beside one
    that hums for a sound that a wrong form has spoilt. Where the width is another, a channel holds
    bytes of all, and may be smooth by chance: but not most of them.
    """
    heard = other.powers > HEARD * other.powers.max()
    rougher = own.changes > SMOOTHER * other.changes
    if not heard.any() or (own.width == other.width and not rougher[heard].all()):
        return np.inf
    smooth = float(other.changes[heard].max())
    if 2 * (own.changes > SMOOTHER * smooth).sum() < len(heard):
        return np.inf
    return np.inf if other.words == ORDER and _is_tone(own) else smooth


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


def _is_within_scale(own: Reading) -> bool:
    """Whether samples of floating point are what such samples are, which other bytes are not."""
    if not own.floating or not np.abs(own.samples).max() <= 1:  # NaN neither
        return False
    return float(_are_strange(own.samples).mean()) <= STRANGE


def _is_interleaved(own: Reading, other: Reading) -> bool:
    """Whether a wider form takes of some samples the last one, and the others are no low bits.

    Low bits hiss, whatever the sound. Of a tone of nearly half the rate, each half of the samples
    is a low tone, and what was doubled in rate by zeros has silence there.
    """
    if other.width % own.width or other.width == own.width:
        return False
    step = other.width // own.width
    row = own.samples.reshape(-1, 1)
    if other.floating:  # its low bits may be 0
        halves = [Reading("", row[start::step], own.width) for start in range(step)]
        changes, levels = [float(half.changes[0]) for half in halves], [h.level for h in halves]
        return max(changes) < 2 * min(changes) and max(levels) < 2 * min(levels)
    low = [Reading("", row[start::step], own.width) for start in range(step - 1)]
    return not all(map(_are_low_bits, low))


def _are_low_bits(low: Reading) -> bool:
    """Whether samples hiss and are spread evenly; loud noise that is limited is at the ends."""
    ends = float((np.abs(low.samples) > END).mean())
    even = EVEN[0] < low.level < EVEN[1] and ends < 3 * (1 - END)
    return even and HISS[0] < float(low.changes[0]) < HISS[1]


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
        and not _is_tone(own)
    )


def _is_tone(own: Reading) -> bool:
    """Whether a spectrum is not flat: its geometric mean by its mean is 1 for noise, 0 for tones.

    Source: J. D. Johnston, "Transform coding of audio signals using perceptual noise criteria",
    IEEE Journal on Selected Areas in Communications 6 (1988).
    """
    if own.floating:
        return False
    samples = own.samples[:, 0]
    pieces = samples[: len(samples) // PIECE * PIECE].reshape(-1, PIECE) * np.hanning(PIECE)
    power = np.square(np.abs(np.fft.rfft(pieces))).mean(axis=0)[1:] + np.finfo(np.float32).tiny
    return bool(np.exp(np.log(power).mean()) < FLAT * power.mean())
