"""The bytes of a sound as samples: in the form that its header says, and in others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import soundfile

from audio import companding
from audio.decoding import Header, PlainSoundFile, file_name

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
FEW = 8
"""Of so many values of floating point one is looked at first."""
MARGIN, SURE = 1.1, 0.01
"""By how much a quick sum must be above a limit: it is rounded, and hears channels that are hardly
heard, too."""
BOTH_SIDES = 0.2
"""Share of a sound's samples that are above 0, and below."""

BYTES = {"PCM_U8": 1, "PCM_S8": 1, "PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4}
BYTES |= {"ULAW": 1, "ALAW": 1}

ORDER = "hisses, but would not with the bytes of its samples in another order"
UNSIGNED = "jumps from end to end of the scale, as samples without a sign do: save it anew"


@dataclass(frozen=True)
class Reading:
    """Samples (n, channels) of some bytes in one form, and which form that is, in words.

    stored: whole numbers that fill their type, or real ones.
    """

    words: str
    stored: np.ndarray
    width: int
    floating: bool = False

    @cached_property
    def samples(self) -> np.ndarray:
        """What is stored, with full scale at ±1."""
        if self.floating:
            return self.stored
        return self.stored / 2.0 ** (8 * self.stored.itemsize - 1)

    def is_rougher_than(self, limit: float) -> bool:
        """Whether few or single sums already show that the changes of some channel that is heard
        are above a limit: exactly told by `changes`, which takes ten times as long.

        The changes of all channels together, by the power of all, are a mean of theirs; and a power
        is at most the mean square.
        """
        frames = len(self.stored)
        if frames < FEWEST:
            return True
        if self.floating:
            some = self.stored[: frames // FEW]
            return int(are_strange(some).sum()) > STRANGE * self.stored.size
        row = self.stored.astype(np.float32)
        steps = np.subtract(row[1:], row[:-1]).ravel()
        square = float(np.vdot(row, row)) / frames
        return float(np.vdot(steps, steps)) / (frames - 1) > (MARGIN * limit + SURE) * square

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


def own_form(source: Path | np.ndarray, header: Header) -> tuple[Reading, bytes]:
    """Return the beginning of a sound as it is read, and its bytes, those of low value first.

    source: a file, or what it stores, (n, channels), whole numbers of two bytes or real ones.
    """
    subtype, channels = header.subtype, header.channels
    frames = min(round(SECONDS * header.sample_rate), MOST // channels)
    few = ENOUGH // channels // WHOLE * WHOLE
    read = source[:frames] if isinstance(source, np.ndarray) else _read(source, subtype, frames)
    # Not the silence before it: where there are most values.
    last = max(0, len(read) - few) // WHOLE * WHOLE
    starts = [*range(0, last, few), last]
    first = 0
    if len(starts) > 1:
        first = max(starts, key=lambda at: distinct(read[at : at + few : 8, 0]))
    read = _without_silence(read[first : first + few])
    if subtype == "FLOAT":
        return Reading("", read, 4, floating=True), read.astype("<f4").tobytes()
    if read.itemsize == 2:
        return Reading("", read, 2), read.astype("<i2").tobytes()
    if subtype in ("ULAW", "ALAW"):
        codes = companding.codes_of(read >> 16, subtype)
        return Reading("", read, 1), codes.tobytes()
    width = BYTES[subtype]
    data = np.ascontiguousarray(read.astype("<i4")).view(np.uint8).reshape(-1, 4)[:, 4 - width :]
    if subtype == "PCM_U8":
        data = data ^ np.uint8(0x80)
    return Reading("", read, width), data.tobytes()


def distinct(values: np.ndarray) -> int:
    """Return how many different values (n,) there are: of whole numbers, 15 times as fast as by
    `numpy.unique`."""
    if values.dtype.kind == "f":  # with values that are no numbers
        return len(np.unique(values))
    ordered = np.sort(values)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + (len(values) > 0)


def _read(source: Path, subtype: str, frames: int) -> np.ndarray:
    with PlainSoundFile(file_name(source)) as file:
        kind = "float32" if subtype == "FLOAT" else "int32"
        try:
            return file.read(frames, dtype=kind, always_2d=True)
        except soundfile.LibsndfileError:
            return np.zeros((0, file.channels), kind)


def _without_silence(read: np.ndarray) -> np.ndarray:
    """Return samples (n, channels) without pauses of nothing: in a form without a sign these would
    be the lowest value, which would pass for a slow, smooth wave."""
    whole = len(read) // PAUSE * PAUSE
    with np.errstate(invalid="ignore"):  # what is no number is no silence
        heard = read[:whole].reshape(-1, PAUSE * read.shape[1]).any(1)
    if heard.all():
        return read
    return np.concatenate([read[:whole][heard.repeat(PAUSE)], read[whole:]])


def other_forms(data: bytes, own: Reading) -> Iterator[Reading]:
    """Yield what the bytes are in other forms."""
    channels = own.samples.shape[1]
    for first, big in product(range(own.width), (False, True)):
        if own.width > 1 and (first or big):
            numbers = numbers_of(data, own.width, first, big=big)
            yield _reading(ORDER, numbers, channels, own.width)
    if own.width > 1:
        signed = _without_sign(numbers_of(data, own.width, 0))
        yield _reading(UNSIGNED, signed, channels, own.width)
    for width in (2, 3, 4):
        if width != own.width:
            yield _reading(
                stored_as(f"{8 * width} bits"), numbers_of(data, width, 0), channels, width
            )
    whole = len(data) // 4 * 4
    for order in "<>":
        words = ORDER if own.floating else stored_as("floating point")
        yield _reading(words, np.frombuffer(data[:whole], f"{order}f4"), channels, 4)
    if own.floating:
        yield _reading(stored_as("32 bits, whole numbers"), numbers_of(data, 4, 0), channels, 4)
    if own.width > 2:
        return
    bytes_alone = numbers_of(data, 1, 0)
    yield _reading(stored_as("8 bits with a sign"), bytes_alone, channels, 1)
    yield _reading(stored_as("8 bits without a sign"), _without_sign(bytes_alone), channels, 1)


def numbers_of(data: bytes, width: int, first: int, *, big: bool = False) -> np.ndarray:
    """Return whole numbers of so many bytes, from a byte on; of three, as the upper ones of 32
    bits."""
    count = (len(data) - first) // width
    if width != 3:
        return np.frombuffer(data, f"{'>' if big else '<'}i{width}", count, first)
    parts = np.frombuffer(data, np.uint8, 3 * count, first).reshape(-1, 3)
    upper = np.zeros((count, 4), np.uint8)
    upper[:, 1:] = parts[:, ::-1] if big else parts
    return upper.view("<i4")[:, 0]


def _reading(words: str, numbers: np.ndarray, channels: int, width: int) -> Reading:
    """Return numbers, whole ones or real ones, as samples."""
    whole = len(numbers) // channels * channels
    stored = numbers[:whole].reshape(-1, channels)
    return Reading(words, stored, width, numbers.dtype.kind == "f")


def _without_sign(numbers: np.ndarray) -> np.ndarray:
    """Return what whole numbers are where they were stored without a sign."""
    return numbers ^ np.iinfo(numbers.dtype).min


def stored_as(form: str) -> str:
    return f"sounds as if its samples had {form}, and its header says otherwise: save it anew"


def are_strange(samples: np.ndarray) -> np.ndarray:
    """Tell which values are no samples, but bytes that mean something else."""
    size = np.abs(samples)
    with np.errstate(invalid="ignore"):
        return ~((size == 0) | ((size > PLAUSIBLE[0]) & (size < PLAUSIBLE[1])))
