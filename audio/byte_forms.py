"""The bytes of a sound as samples: in the form that its header says, and in others."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from audio import companding
from audio.decoding import PlainSoundFile, file_name

SECONDS, MOST, ENOUGH = 20.0, 2**22, 2**16
"""Where a sound is looked for, in how many samples at most, and samples that are enough of it."""
WHOLE, PAUSE = 12, 120
"""Frames of which many begin with a sample, whether that has one, two, three or four bytes; and
those of a pause, which are as many times so many."""
FEWEST = 2000
"""Samples below which nothing can be told."""
PLAUSIBLE = (1e-9, 64.0)
"""Values of floating point that samples have, 0 aside."""
STRANGE = 0.05
"""Share of other values from which on they are no samples."""
BOTH_SIDES = 0.2
"""Share of a sound's samples that are above 0, and below."""

BYTES = {"PCM_U8": 1, "PCM_S8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4}
BYTES |= {"ULAW": 1, "ALAW": 1}
SIGN = np.int32(-(2**31))

ORDER = "hisses, but would not with the bytes of its samples in another order"
UNSIGNED = "jumps from end to end of the scale, as samples without a sign do: save it anew"


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
        strange = self.floating and are_strange(self.samples).mean() > STRANGE
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
        return np.where(are_strange(self.samples), np.float32(0), self.samples)

    @property
    def level(self) -> float:
        return float(np.sqrt(np.square(self.samples).mean(dtype=np.float64)))

    @property
    def two_sided(self) -> bool:
        share = float((self.samples > 0).mean()), float((self.samples < 0).mean())
        return min(share) > BOTH_SIDES


def own_form(source: Path | bytes, subtype: str) -> tuple[Reading, bytes]:
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
    read = _without_silence(read[first : first + few])
    if subtype == "FLOAT":
        return Reading("", read, 4, floating=True), read.astype("<f4").tobytes()
    if subtype in ("ULAW", "ALAW"):
        codes = companding.codes_of(read >> 16, subtype)
        return Reading("", read / np.float32(2**31), 1), codes.tobytes()
    width = BYTES[subtype]
    data = np.ascontiguousarray(read.astype("<i4")).view(np.uint8).reshape(-1, 4)[:, 4 - width :]
    if subtype == "PCM_U8":
        data = data ^ np.uint8(0x80)
    return Reading("", read / np.float32(2**31), width), data.tobytes()


def _without_silence(read: np.ndarray) -> np.ndarray:
    """Return samples (n, channels) without pauses of nothing: in a form without a sign these would
    be the lowest value, which would pass for a slow, smooth wave."""
    whole = len(read) // PAUSE * PAUSE
    with np.errstate(invalid="ignore"):  # what is no number is no silence
        heard = read[:whole].reshape(-1, PAUSE, read.shape[1]).any((1, 2)).repeat(PAUSE)
    return np.concatenate([read[:whole][heard], read[whole:]])


def other_forms(data: bytes, own: Reading) -> Iterator[Reading]:
    """Yield what the bytes are in other forms."""
    channels = own.samples.shape[1]
    for first, big in product(range(own.width), (False, True)):
        if own.width > 1 and (first or big):
            yield _reading(ORDER, _numbers(data, own.width, first, big=big), channels, own.width)
    if own.width > 1:
        yield _reading(UNSIGNED, _numbers(data, own.width, 0) ^ SIGN, channels, own.width)
    for width in (2, 3, 4):
        if width != own.width:
            yield _reading(
                stored_as(f"{8 * width} bits"), _numbers(data, width, 0), channels, width
            )
    whole = len(data) // 4 * 4
    for order in "<>":
        words = ORDER if own.floating else stored_as("floating point")
        yield _reading(words, np.frombuffer(data[:whole], f"{order}f4"), channels, 4)
    if own.floating:
        yield _reading(stored_as("32 bits, whole numbers"), _numbers(data, 4, 0), channels, 4)
    if own.width > 2:
        return
    bytes_alone = _numbers(data, 1, 0)
    yield _reading(stored_as("8 bits with a sign"), bytes_alone, channels, 1)
    yield _reading(stored_as("8 bits without a sign"), bytes_alone ^ SIGN, channels, 1)


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


def stored_as(form: str) -> str:
    return f"sounds as if its samples had {form}, and its header says otherwise: save it anew"


def are_strange(samples: np.ndarray) -> np.ndarray:
    """Tell which values are no samples, but bytes that mean something else."""
    size = np.abs(samples)
    with np.errstate(invalid="ignore"):
        return ~((size == 0) | ((size > PLAUSIBLE[0]) & (size < PLAUSIBLE[1])))
