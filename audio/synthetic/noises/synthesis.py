"""What noises are made of: hiss of any colour, tones, strokes, and what moves slowly.

Everywhere `count` is a number of samples, `rate` samples per second, frequencies are in hertz.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.signal import oaconvolve

OCTAVE_DB = 20 * np.log10(2)


def unit(sound: np.ndarray) -> np.ndarray:
    """Scale to a root mean square of 1; silence stays silence."""
    return sound / max(np.sqrt(np.mean(np.square(sound))), 1e-12)


def decibels(value: float | np.ndarray) -> float | np.ndarray:
    """Return the factor of amplitude that so many decibels are."""
    return 10 ** (value / 20)


def filtered(sound: np.ndarray, rate: int, gain: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Multiply the spectrum by gain(frequencies)."""
    size = next_fast_len(len(sound), real=True)
    return irfft(rfft(sound, size) * gain(rfftfreq(size, 1 / rate)), size)[: len(sound)]


def coloured(count: int, rate: int, slope: float, rng: Generator) -> np.ndarray:
    """Hiss whose power changes by `slope` decibels an octave, level below 20 Hz."""

    def gain(hertz: np.ndarray) -> np.ndarray:
        return (np.maximum(hertz, 20) / 1000) ** (slope / OCTAVE_DB)

    return unit(filtered(rng.normal(size=count), rate, gain))


def coloured_anew(sound: np.ndarray, rate: int, rng: Generator) -> np.ndarray:
    """Raise and lower bands at random by some decibels: a microphone, a room, a distance."""
    knots = np.log(np.geomspace(50, rate / 2, 13))
    levels = rng.normal(0, 5, 13) + rng.uniform(-1, 0.5) * np.arange(13)

    def gain(hertz: np.ndarray) -> np.ndarray:
        return np.asarray(decibels(np.interp(np.log(np.maximum(hertz, 1)), knots, levels)))

    return filtered(sound, rate, gain)


def band(count: int, rate: int, low: float, high: float, rng: Generator) -> np.ndarray:
    """Hiss between two frequencies, with soft edges of 12 decibels an octave."""

    def gain(hertz: np.ndarray) -> np.ndarray:
        return 1 / (1 + (low / np.maximum(hertz, 1)) ** 2) / (1 + (hertz / high) ** 2)

    return filtered(rng.normal(size=count), rate, gain)


def in_a_room(
    sound: np.ndarray, rate: int, rng: Generator, *, decay: float, loud: float
) -> np.ndarray:
    """Let the walls answer: a hiss that dies away by 60 decibels within `decay` seconds.

    loud: of the answer, as a factor of the sound's own loudness.
    """
    time = np.arange(max(1, int(decay * rate))) / rate
    walls = rng.normal(size=len(time)) * 10 ** (-3 * time / decay)
    answer = oaconvolve(sound, walls / np.sqrt(np.square(walls).sum()))[: len(sound)]
    return sound + loud * answer


def slow(count: int, rate: int, pace: float, rng: Generator) -> np.ndarray:
    """Something of deviation 1 that wanders, with about `pace` turns a second."""
    knots = rng.normal(size=max(2, int(np.ceil(2 * pace * count / rate)) + 1))
    return np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)


def harmonic(
    pitch: np.ndarray, rate: int, tilt: float, rng: Generator, *, highest: float = 6000
) -> np.ndarray:
    """A tone of unit power with harmonics that fade as 1 / number^tilt, up to `highest`.

    pitch: (count,), the frequency at each sample. No harmonic passes half the sample rate.
    """
    top = min(highest, 0.48 * rate)
    number = int(np.clip(top / pitch.max(), 1, 40))
    # Powers of one turning number: a sine for each harmonic would take ten times as long.
    turn = np.exp(2j * np.pi * np.cumsum(pitch) / rate)
    power, sound = np.ones_like(turn), np.zeros(len(pitch))
    for order in range(1, number + 1):
        power *= turn
        loud = order**-tilt * rng.uniform(0.3, 1)
        sound += (loud * np.exp(2j * np.pi * rng.random()) * power).imag
    return unit(sound)


def places(count: int, rate: int, pace: float, rng: Generator) -> np.ndarray:
    """Sample numbers at random, about `pace` in a second and one at least."""
    return np.sort(rng.integers(0, count, 1 + rng.poisson(pace * count / rate)))


def struck(
    modes: Sequence[float] | np.ndarray, ring: float, rate: int, rng: Generator
) -> np.ndarray:
    """What is heard when a thing is struck: its tones, which die away within about `ring` s."""
    time = np.arange(max(8, int(6 * ring * rate))) / rate
    sound = np.zeros(len(time))
    for mode in modes:
        fade = np.exp(-time / (ring * rng.uniform(0.4, 1.2)))
        turn = 2 * np.pi * min(mode, 0.48 * rate) * time + rng.uniform(0, 2 * np.pi)
        sound += rng.uniform(0.2, 1) * fade * np.sin(turn)
    sound[: rate // 500] += rng.normal(0, 0.3, min(len(sound), rate // 500))
    return sound


def scattered(
    count: int,
    moments: np.ndarray,
    bank: Sequence[np.ndarray],
    rng: Generator,
    *,
    spread_db: float = 12,
) -> np.ndarray:
    """Put sounds of a bank at the moments, each up to `spread_db` softer than the loudest."""
    longest = max(len(sound) for sound in bank)
    whole = np.zeros(count + longest)
    for moment in moments[moments < count]:
        sound = bank[int(rng.integers(len(bank)))]
        whole[moment : moment + len(sound)] += decibels(rng.uniform(-spread_db, 0)) * sound
    return whole[:count]


def bubbles(
    count: int, rate: int, pace: float, between: tuple[float, float], rng: Generator
) -> np.ndarray:
    """Drops and bubbles: short tones that rise as they die away."""
    bank = []
    for _ in range(24):
        pitch = np.exp(rng.uniform(*np.log(between)))
        fade = 0.13 / pitch * 30 * rng.uniform(0.3, 1.2)
        time = np.arange(int(5 * fade * rate)) / rate
        turn = 2 * np.pi * pitch * (time + rng.uniform(0, 0.3) * time**2 / fade)
        bank.append(np.sin(turn) * np.exp(-time / fade))
    return scattered(count, places(count, rate, pace, rng), bank, rng, spread_db=20)


def gate(time: np.ndarray, moment: float, length: float) -> np.ndarray:
    """1 from a moment on for so long, 0 elsewhere, with edges of 20 milliseconds."""
    return np.clip((time - moment) / 0.02, 0, 1) * np.clip((moment + length - time) / 0.02, 0, 1)
