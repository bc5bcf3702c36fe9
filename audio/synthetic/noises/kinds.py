"""What each kind of noise is made of: (samples, sample rate, generator) -> (samples,) float64."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from scipy.interpolate import PchipInterpolator

from audio.synthetic.noises.synthesis import (
    band,
    bubbles,
    coloured,
    decibels,
    gate,
    harmonic,
    places,
    scattered,
    slow,
    struck,
    unit,
)


def _white(count: int, rate: int, rng: Generator) -> np.ndarray:
    return rng.normal(size=count)


def _pink(count: int, rate: int, rng: Generator) -> np.ndarray:
    return coloured(count, rate, -3.0, rng)


def _brown(count: int, rate: int, rng: Generator) -> np.ndarray:
    return coloured(count, rate, -6.0, rng)


def _hum(count: int, rate: int, rng: Generator) -> np.ndarray:
    """The mains and its harmonics; a transformer buzzes at twice the frequency."""
    base = 50 * rng.choice([1, 2]) * rng.uniform(0.995, 1.005)
    pitch = base * (1 + 0.004 * slow(count, rate, 0.5, rng))
    return harmonic(pitch, rate, rng.uniform(0.5, 2.0), rng, highest=rng.uniform(500, 4000))


def _clicks(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Crackle, taps and ticks: a resonance struck at random."""
    moments = places(count, rate, np.exp(rng.uniform(np.log(2), np.log(60))), rng)
    bank = [
        struck(rng.uniform(500, 7000, rng.integers(1, 4)), rng.uniform(0.0005, 0.004), rate, rng)
        for _ in range(6)
    ]
    return scattered(count, moments, bank, rng, spread_db=18)


def _kettle(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Rumble and bubbles that grow; sometimes a whistle that rises."""
    growth = np.linspace(rng.uniform(0.2, 1), 1, count) ** 2
    rumble = band(count, rate, rng.uniform(80, 200), rng.uniform(600, 2000), rng)
    rumble *= np.exp(0.5 * slow(count, rate, 12, rng))
    boiling = bubbles(count, rate, rng.uniform(20, 80), (250, 1200), rng)
    sound = growth * (unit(rumble) + rng.uniform(0.2, 1) * unit(boiling))
    if rng.random() < 0.5:
        rising = np.linspace(0.6, 1, count) * rng.uniform(1500, 3500)
        pitch = rising * (1 + 0.01 * slow(count, rate, 8, rng))
        start = rng.uniform(0, 0.6) * count
        sound += harmonic(pitch, rate, 3.0, rng) * np.clip((np.arange(count) - start) / rate, 0, 1)
    return sound


def _street(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Far traffic, cars that pass, and now and then a horn."""
    time = np.arange(count) / rate
    sound = coloured(count, rate, rng.uniform(-7, -4), rng)
    for _ in range(1 + rng.poisson(0.2 * time[-1])):
        moment, width = rng.uniform(0, time[-1]), rng.uniform(0.4, 2.0)
        near = 1 / (1 + ((time - moment) / width) ** 2)
        tyres = unit(band(count, rate, rng.uniform(200, 600), rng.uniform(1500, 5000), rng))
        engine = rng.uniform(40, 110) * (1 - 0.1 * np.tanh((time - moment) / width))
        sound += rng.uniform(1, 4) * near**1.5 * tyres
        sound += rng.uniform(0, 2) * near * harmonic(engine, rate, 1.0, rng, highest=1500)
    for _ in range(rng.poisson(0.1 * time[-1])):
        moment, length = rng.uniform(0, time[-1]), rng.uniform(0.15, 1.0)
        pitch = np.full(count, rng.uniform(300, 500))
        horn = harmonic(pitch, rate, 0.7, rng) + harmonic(1.26 * pitch, rate, 0.7, rng)
        sound += rng.uniform(0.5, 3) * horn * gate(time, moment, length)
    return sound


def _rain(count: int, rate: int, rng: Generator) -> np.ndarray:
    """A thousand far drops are a hiss; the near ones are heard one by one."""
    hiss = band(count, rate, rng.uniform(500, 2000), rate / 2, rng)
    hiss *= np.exp(0.2 * slow(count, rate, 3, rng))
    bank = [
        struck(rng.uniform(800, 7000, 2), rng.uniform(0.001, 0.006), rate, rng) for _ in range(4)
    ]
    drops = scattered(count, places(count, rate, rng.uniform(20, 150), rng), bank, rng)
    return unit(hiss) + rng.uniform(0.2, 1.5) * unit(drops)


def _water(count: int, rate: int, rng: Generator) -> np.ndarray:
    """A tap, a brook: bubbles over a rush."""
    rush = band(count, rate, rng.uniform(200, 1000), rng.uniform(3000, rate / 2), rng)
    rush *= np.exp(0.3 * slow(count, rate, 6, rng))
    boiling = bubbles(count, rate, rng.uniform(30, 150), (400, 3500), rng)
    return unit(rush) + rng.uniform(0.1, 1.5) * unit(boiling)


def _keyboard(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Each key clicks when it goes down and, softer, when it comes up."""
    down = places(count, rate, rng.uniform(3, 9), rng)
    up = down + (rate * rng.uniform(0.05, 0.12, len(down))).astype(int)
    thump, click = rng.uniform(150, 500), rng.uniform(1500, 5000)
    thumps = [struck(thump * rng.uniform(0.9, 1.1, 2), 0.008, rate, rng) for _ in range(8)]
    clicks = [struck(click * rng.uniform(0.7, 1.4, 4), 0.003, rate, rng) for _ in range(8)]
    pressed = scattered(count, down, thumps, rng) + scattered(count, down, clicks, rng)
    return pressed + 0.4 * scattered(count, up, clicks, rng)


def _fan(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Moved air, and blades that pass at an even pace; a drill or a hoover is a fast one."""
    air = coloured(count, rate, rng.uniform(-6, 0), rng)
    pitch = np.exp(rng.uniform(np.log(25), np.log(400))) * (1 + 0.01 * slow(count, rate, 1, rng))
    blades = harmonic(pitch, rate, rng.uniform(0.5, 2), rng, highest=6000)
    beat = 1 + rng.uniform(0, 0.6) * np.sin(2 * np.pi * np.cumsum(pitch / 8) / rate)
    return beat * (unit(air) + rng.uniform(0, 1.2) * blades)


def _machine(count: int, rate: int, rng: Generator) -> np.ndarray:
    """A beat that repeats: a bicycle, a sewing machine, a clock, an engine at rest."""
    pace = np.exp(rng.uniform(np.log(1.5), np.log(25)))
    steps = rate / pace * (1 + 0.03 * rng.normal(size=int(count * pace / rate) + 1))
    moments = np.cumsum(np.maximum(steps, 1)).astype(int)
    modes = rng.uniform(80, 3000, rng.integers(2, 6))
    stroke = struck(modes, rng.uniform(0.005, 0.05), rate, rng)
    whirr = band(count, rate, rng.uniform(100, 1000), rng.uniform(2000, 7000), rng)
    whirr *= 1 + rng.uniform(0, 0.9) * np.sin(2 * np.pi * pace * np.arange(count) / rate)
    beat = scattered(count, moments, [stroke], rng, spread_db=3)
    return unit(beat) + rng.uniform(0.1, 1.5) * unit(whirr)


def _clatter(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Dishes and cutlery: a few objects, each with its own tones, that strike each other."""
    bank = []
    for _ in range(rng.integers(2, 6)):
        modes = np.exp(rng.uniform(np.log(400), np.log(7500), rng.integers(4, 10)))
        ring = np.exp(rng.uniform(np.log(0.01), np.log(0.15)))
        bank += [struck(modes, ring, rate, rng) for _ in range(2)]
    sound = scattered(count, places(count, rate, rng.uniform(0.7, 6), rng), bank, rng, spread_db=20)
    if rng.random() < 0.5:
        sound = unit(sound) + rng.uniform(0.2, 1) * unit(_water(count, rate, rng))
    return sound


def _rustle(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Paper, clothes, a hand on the microphone, gusts of wind: bursts of shaped hiss."""
    time, sound = np.arange(count) / rate, np.zeros(count)
    for _ in range(1 + rng.poisson(rng.uniform(0.5, 2.5) * time[-1])):
        moment, length = rng.uniform(-0.2, time[-1]), np.exp(rng.uniform(np.log(0.04), np.log(0.8)))
        start, end = np.searchsorted(time, [moment, moment + length])
        size = end - start
        if size < 64:
            continue
        lowest = np.exp(rng.uniform(np.log(40), np.log(2500)))
        burst = unit(band(size, rate, lowest, lowest * rng.uniform(2, 12), rng))
        burst *= np.exp(0.5 * slow(size, rate, 30, rng)) * np.hanning(size)
        sound[start:end] += decibels(rng.uniform(-18, 0)) * burst
    return sound + 1e-6 * rng.normal(size=count)


def _glides(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Whistles, sirens, doors and cries: tones that rise and fall, one after another."""
    time, sound = np.arange(count) / rate, np.zeros(count)
    low, high = np.sort(np.exp(rng.uniform(np.log(150), np.log(3500), 2)))
    tilt, pause = rng.uniform(0.2, 3.0), rng.uniform(0.05, 1.5)
    moment = rng.uniform(-0.5, 0.5)
    while moment < time[-1]:
        length = np.exp(rng.uniform(np.log(0.1), np.log(1.8)))
        start, end = np.searchsorted(time, [moment, moment + length])
        if end - start > 64:
            knots = PchipInterpolator(range(4), rng.uniform(np.log(low), np.log(high), 4))
            pitch = np.exp(knots(np.linspace(0, 3, end - start)))
            pitch *= 1 + rng.choice([0, 0.02]) * np.sin(2 * np.pi * 6 * time[: end - start])
            tone = harmonic(pitch, rate, tilt, rng, highest=7000)
            sound[start:end] += rng.uniform(0.2, 1) * tone * np.hanning(end - start) ** 0.5
        moment += length + rng.uniform(0, 2 * pause)
    return sound + 1e-6 * rng.normal(size=count)


def _cries(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Animals: voices without words, whose mouths open and close as their pitch comes and goes."""
    time, sound = np.arange(count) / rate, np.zeros(count)
    height = np.exp(rng.uniform(np.log(120), np.log(2000)))
    mouth = np.array([1, rng.uniform(1.5, 3)]) * rng.uniform(500, 1500)
    longest, pause = np.exp(rng.uniform(np.log(0.15), np.log(1.5))), rng.uniform(0.1, 2.5)
    breath = decibels(rng.uniform(-35, -5))
    moment = rng.uniform(-0.3, 0.3)
    while moment < time[-1]:
        length = longest * rng.uniform(0.4, 1)
        start, end = np.searchsorted(time, [moment, moment + length])
        if end - start > 64:
            sound[start:end] += rng.uniform(0.2, 1) * _cry(end - start, rate, height, mouth, rng)
            hiss = band(end - start, rate, mouth[0] / 2, 2 * mouth[1], rng)
            sound[start:end] += breath * unit(hiss) * np.hanning(end - start)
        moment += length + rng.uniform(0, 2 * pause)
    return sound + 1e-6 * rng.normal(size=count)


def _cry(count: int, rate: int, height: float, mouth: np.ndarray, rng: Generator) -> np.ndarray:
    """One cry: harmonics that are as loud as two resonances, which move, let them be."""
    way = np.linspace(0, 1, count)
    arch = np.sin(np.pi * way ** rng.uniform(0.5, 2))
    pitch = height * 2 ** (rng.uniform(-0.3, 0.9) * arch + 0.08 * rng.normal())
    pitch = pitch * (1 + 0.02 * slow(count, rate, 20, rng))
    opened = (0.6 + rng.uniform(0, 0.8) * arch**0.5) * mouth[:, None]
    turn, tilt, sound = 2 * np.pi * np.cumsum(pitch) / rate, rng.uniform(0, 1), np.zeros(count)
    for order in range(1, int(np.clip(0.4 * rate / pitch.max(), 1, 25)) + 1):
        off = (order * pitch - opened) / (0.2 * opened)
        loud = order**-tilt * (0.03 + 1 / (1 + off[0] ** 2) + 0.5 / (1 + off[1] ** 2))
        sound += loud * np.sin(order * turn + rng.uniform(0, 2 * np.pi))
    return unit(sound) * np.hanning(count) ** rng.uniform(0.3, 1)


def _splashes(count: int, rate: int, rng: Generator) -> np.ndarray:
    """Hands in water, a pan put down, a door: bursts that begin at once and die away."""
    bank = []
    for _ in range(8):
        fade, lowest = np.exp(rng.uniform(np.log(0.01), np.log(0.3))), rng.uniform(60, 2500)
        size = int(min(5 * fade, 1) * rate)
        time = np.arange(size) / rate
        burst = unit(band(size, rate, lowest, lowest * rng.uniform(1.5, 10), rng))
        shape = np.exp(-time / fade) * (1 - np.exp(-time / rng.uniform(0.0005, 0.02)))
        bank.append(burst * shape * np.exp(0.6 * slow(size, rate, 40, rng)))
    moments = places(count, rate, np.exp(rng.uniform(np.log(0.7), np.log(12))), rng)
    sound = scattered(count, moments, bank, rng, spread_db=25)
    if rng.random() < 0.6:
        boiling = bubbles(count, rate, rng.uniform(3, 60), (300, 3000), rng)
        sound = unit(sound) + rng.uniform(0.1, 0.7) * unit(boiling)
    return sound


def _scrubbing(count: int, rate: int, rng: Generator) -> np.ndarray:
    """A brush, a saw, a pedal, steps on gravel: hiss that swells and falls at a pace."""
    pace = np.exp(rng.uniform(np.log(0.5), np.log(8)))
    turn = np.cumsum(pace * (1 + 0.1 * slow(count, rate, pace, rng))) / rate + rng.random()
    swell = (0.5 + 0.5 * np.cos(2 * np.pi * turn)) ** np.exp(rng.uniform(-1, 3))
    back = (0.5 - 0.5 * np.cos(2 * np.pi * turn)) ** np.exp(rng.uniform(-1, 3))
    there, again = (
        unit(band(count, rate, low, low * rng.uniform(2, 15), rng))
        for low in np.exp(rng.uniform(np.log(80), np.log(3000), 2))
    )
    grain = np.exp(rng.uniform(0, 0.8) * slow(count, rate, rng.uniform(20, 200), rng))
    return grain * (swell * there + rng.uniform(0, 1) * back * again)


KINDS: dict[str, Callable[[int, int, Generator], np.ndarray]] = {
    "white": _white,
    "pink": _pink,
    "brown": _brown,
    "hum": _hum,
    "clicks": _clicks,
    "kettle": _kettle,
    "street": _street,
    "rain": _rain,
    "water": _water,
    "keyboard": _keyboard,
    "fan": _fan,
    "machine": _machine,
    "clatter": _clatter,
    "rustle": _rustle,
    "glides": _glides,
    "cries": _cries,
    "splashes": _splashes,
    "scrubbing": _scrubbing,
}
"""What can be made from nothing, by name; `babble` needs voices besides."""

STEADY = ("white", "pink", "brown")
"""Kinds that are what they are called: no microphone colours them."""
