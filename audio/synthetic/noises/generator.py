"""Noise made by code: no recording is needed, and there is no end to it.

Each kind draws its own pitch, colour, pace and loudness from the generator that it is given, so
that two recordings of one kind are as different as two kettles.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from audio.synthetic.noises.kinds import KINDS, STEADY
from audio.synthetic.noises.synthesis import (
    coloured,
    coloured_anew,
    decibels,
    in_a_room,
    unit,
)
from common.errors import UserError, unknown

LOUDNESS = 0.1
"""Root mean square of every noise, 20 dB under full scale, unless its peaks forbid it."""

IN_ROOMS, DECAYS = 0.6, (0.08, 0.8)
"""Share of noises that walls answer to, and the seconds in which their answer dies away."""


def make(kind: str, seconds: float, sample_rate: int, rng: Generator) -> np.ndarray:
    """Make a noise of one of the `KINDS`; return (samples,) float32 within ±1.

    A recording has a colour, a hiss and a rumble of its own, as microphones and hands give them,
    and in most rooms the walls answer.

    Raises UserError for an unknown kind and for a noise shorter than a hundredth of a second.

    >>> sound = make("kettle", 2.0, 16_000, np.random.default_rng(0))
    >>> sound.shape, sound.dtype, bool(np.abs(sound).max() <= 1)
    ((32000,), dtype('float32'), True)
    """
    if kind not in KINDS:
        raise unknown("noise", kind, KINDS)
    if not seconds >= 0.01:
        raise UserError(f"a noise of {seconds:g} seconds: expected at least 0.01")
    count = round(seconds * sample_rate)
    sound = KINDS[kind](count, sample_rate, rng)
    if kind not in STEADY:
        if rng.random() < IN_ROOMS:
            decay, loud = np.exp(rng.uniform(*np.log(DECAYS))), decibels(rng.uniform(-20, 3))
            sound = in_a_room(sound, sample_rate, rng, decay=float(decay), loud=float(loud))
        sound = coloured_anew(sound, sample_rate, rng)
        hiss = coloured(count, sample_rate, rng.uniform(-6, 0), rng)
        rumble = coloured(count, sample_rate, rng.uniform(-12, -6), rng)
        sound = unit(sound) + decibels(rng.uniform(-40, -14)) * hiss
        sound = sound + decibels(rng.uniform(-40, -3)) * rumble
    return finished(sound)


def babble(voices: Sequence[np.ndarray], seconds: float, sample_rate: int, rng: Generator):
    """Let several voices talk at once; return (samples,) float32 as `make` does.

    voices: clips of speech, (any,) each. Every clip is heard from a random place on, over and
    over, at a distance of its own. Two voices still are words, eight are a crowd.
    """
    count = round(seconds * sample_rate)
    crowd = np.zeros(count)
    for voice in voices:
        turned = np.roll(np.resize(voice, max(count, len(voice))), rng.integers(len(voice)))
        crowd += decibels(rng.uniform(-9, 0)) * unit(turned[:count])
    crowd = coloured_anew(crowd, sample_rate, rng)
    return finished(crowd + decibels(-30) * coloured(count, sample_rate, -3, rng))


def finished(sound: np.ndarray) -> np.ndarray:
    """Take out the mean, and set the loudness as far as the peaks allow."""
    sound = unit(sound - sound.mean()) * LOUDNESS
    return (sound * min(1.0, 0.99 / max(np.abs(sound).max(), 1e-12))).astype(np.float32)
