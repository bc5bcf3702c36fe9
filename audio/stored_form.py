"""Whether the samples of a file are stored in the form that its header says, or in another.

A program that writes bytes in the wrong order, or a header made by hand, leaves a file that every
player takes for a sound, and that hisses. The bytes themselves tell: read in the right form they
change far less from sample to sample.
"""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from audio import companding, interleaving
from audio.byte_forms import (
    BYTES,
    FEWEST,
    ORDER,
    PLAUSIBLE,
    Reading,
    distinct,
    other_forms,
    own_form,
    stored_as,
)
from audio.decoding import Header

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
PACKED = {
    "DTS": (b"\xfe\x7f\x01\x80", b"\x7f\xfe\x80\x01", b"\xff\x1f\x00\xe8", b"\x1f\xff\xe8\x00"),
    "IEC 61937": (b"\x72\xf8\x1f\x4e",),
}
"""Marks that begin each frame of sound that is packed for discs and cables. Sources: ETSI TS 102
114, the synchronisation word, also in 14 bits and in the other order; IEC 61937-1, the preamble."""
OFTEN, EVENLY = 4, 0.7
"""How many marks there are at least, and which share of them as far behind the one before as most
are: samples may have these values, too, but not at a steady pace and in a hiss."""
LARGEST, SPAN = 2.0**31, 1e5
"""What samples of floating point reach at most, and how many times the median of them."""


def doubt(source: Path | np.ndarray, header: Header) -> str:
    """Say that the samples of a file seem to be stored in another form; nothing where they do not.

    Args:
        source: a file that libsndfile reads, or what it stores, see `own_form`.
        header: what it says of itself. Of samples that are packed nothing is said.
    """
    width = BYTES.get(header.subtype)
    if header.format == "ffmpeg" or width is None:
        return ""
    own, data = own_form(source, header)
    if width == 2 and float(own.changes.min()) > SMOOTH and (name := _packed(data)):
        return (
            f"holds packed sound ({name}), which hisses when it is taken for samples: unpack it "
            "with ffmpeg first"
        )
    if not _is_rich(own):
        return ""
    return _doubted_bytes(own, data, header.subtype) or interleaving.doubt(own.samples)


def _packed(data: bytes) -> str:
    """Name the form in which bytes are packed, by the marks that begin its frames; or nothing."""
    for name, marks in PACKED.items():
        for mark in marks:
            gaps = np.diff([found.start() for found in re.finditer(re.escape(mark), data)])
            if len(gaps) + 1 >= OFTEN and (gaps == np.median(gaps)).mean() >= EVENLY:
                return name
    return ""


def _doubted_bytes(own: Reading, data: bytes, subtype: str) -> str:
    """Return in which other form bytes are a sound, in words; nothing where they are in their own.

    Args:
        own: the samples in the form that the header says.
        data: their bytes.
        subtype: that form, in the words of libsndfile.
    """
    if _is_within_scale(own):
        return ""
    plain = own
    if subtype in companding.LAWS:  # bits are low or high in a number, not in what it stands for
        plain = replace(own, stored=np.frombuffer(data, "i1").reshape(own.samples.shape))
    found = "", SMOOTH
    may_be_concentrated = not own.floating and EVEN[0] < own.level < EVEN[1]
    for other in other_forms(data, own):
        if other.width == 1 and subtype in companding.LAWS:
            continue  # of bytes alone, steps of the scale tell better
        most = min(found[1], float(own.changes.max()) / SMOOTHER)
        if other.is_rougher_than(most) and not (other.words == ORDER and may_be_concentrated):
            continue
        smooth = _smoothness(own, other)
        if smooth < found[1] and not _is_interleaved(plain, other):
            found = other.words, smooth
        elif not found[0] and other.words == ORDER and _is_concentrated(own, other):
            found = ORDER, 0.0
    if not found[0] and own.width == 1:
        codes = np.frombuffer(data, np.uint8).reshape(own.samples.shape)
        if form := companding.form_of(codes, subtype):
            return stored_as(form)
    return found[0]


def _smoothness(own: Reading, other: Reading) -> float:
    """Return the changes of another form in its roughest channel; inf if they prove nothing.

    Each channel must become smoother: a sum over channels would take one that hisses beside one
    that hums for a sound that a wrong form has spoilt. Where the width is another, a channel holds
    bytes of all, and may be smooth by chance: but not most of them. And what another sign makes of
    samples is nearer to 0 than they are: a slow rumble beneath whistles crosses 0 seldom.
    """
    signs = other.width == own.width and other.words != ORDER
    if signs and not (own.floating or other.floating) and other.level > own.level:
        return np.inf
    heard = other.powers > HEARD * other.powers.max()
    rougher = own.changes > SMOOTHER * other.changes
    if not heard.any() or (own.width == other.width and not rougher[heard].all()):
        return np.inf
    smooth = float(other.changes[heard].max())
    if 2 * (own.changes > SMOOTHER * smooth).sum() < len(heard):
        return np.inf
    return np.inf if other.words == ORDER and _is_tone(own) else smooth


def _is_rich(own: Reading) -> bool:
    """Whether samples have so many values that bytes tell: beeps, clicks and whispers have few."""
    first = own.stored[:, 0]
    least = min(MANY, len(first) // 4) if own.width > 1 else MANY_BYTES
    return len(first) >= FEWEST and distinct(first) >= least


def _is_within_scale(own: Reading) -> bool:
    """Whether samples of floating point are what such samples are, which other bytes are not.

    Those are no numbers, or from next to nothing to beyond all measure. What a computed sound is at
    its zeros, or fades out to, may be next to nothing, too; and samples may be whole numbers.
    """
    if not own.floating:
        return False
    sizes = np.abs(own.samples[own.samples != 0])
    if not (sizes.size and PLAUSIBLE[0] < sizes.max() <= LARGEST):  # NaN neither
        return False
    return bool(sizes.max() <= max(1, SPAN * np.median(sizes)))


def _is_interleaved(own: Reading, other: Reading) -> bool:
    """Whether a wider form takes of some samples the last one, and the others are no low bits.

    Low bits hiss, whatever the sound. Of a tone of nearly half the rate, each half of the samples
    is a low tone, and what was doubled in rate by zeros has silence there.
    """
    if other.width % own.width or other.width == own.width:
        return False
    step = other.width // own.width
    row = own.stored.reshape(-1, 1)
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
