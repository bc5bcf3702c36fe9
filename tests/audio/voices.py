"""Sounds made up for the tests, the command on them, and one small trained run."""

import numpy as np
import soundfile

from audio.__main__ import DOMAIN
from audio.settings import SAMPLE_RATE, SoundSource
from common.cli import main
from tests.common.made_once import made_once

QUICK = ["--epochs", "1", "--width", "8", "--batch-size", "8", "--device", "cpu"]


def run(*words):
    return main(DOMAIN, [str(word) for word in words])


def syllables(seconds, *, pitch, rate=16_000, seed=0):
    """A buzz that comes and goes four times a second, as speech does."""
    generator = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    voice = sum(np.sin(2 * np.pi * k * pitch * time) / k for k in range(1, 12))
    pace = np.clip(np.sin(2 * np.pi * 4 * time + generator.uniform(0, 6)), 0.02, None)
    return 0.1 * voice * pace


def hiss(seconds, *, rate=16_000, seed=0):
    return 0.05 * np.random.default_rng(seed).normal(size=round(seconds * rate))


def four_voices(folder):
    """Write four speakers and four noises, just enough for a split; return where they are."""
    draw = np.random.default_rng(0)
    seconds = np.arange(9 * SAMPLE_RATE // 2) / SAMPLE_RATE
    (folder / "noise").mkdir()
    for number in range(4):
        speech = folder / "speech" / f"speaker {number}"
        speech.mkdir(parents=True)
        voice = np.sin(2 * np.pi * (110 + 30 * number) * seconds) * np.sin(8 * seconds) ** 2
        soundfile.write(speech / "take.wav", 0.3 * voice, SAMPLE_RATE)
        wind = 0.1 * draw.standard_normal(2 * SAMPLE_RATE)
        soundfile.write(folder / "noise" / f"wind-{number}.wav", wind, SAMPLE_RATE)
    return SoundSource(clean=str(folder / "speech"), noise=str(folder / "noise"))


def voices_and_run(tmp_path_factory):
    """Return a folder with `речь`, `шум` and a run that learned from them, for all tests.

    Four speakers and four noises, at rates of their own, in folders with Cyrillic names.
    """

    def make(home):
        for number, name in enumerate(("аня", "боря", "вера", "гена")):
            (home / "речь" / name).mkdir(parents=True)
            for take in range(2):
                rate = (16_000, 22_050)[take]
                sound = syllables(4.5, pitch=110 + 30 * number, rate=rate, seed=take)
                soundfile.write(home / "речь" / name / f"запись {take}.wav", sound, rate)
            (home / "шум").mkdir(exist_ok=True)
            soundfile.write(home / "шум" / f"ветер-{number}.flac", hiss(2, seed=number), 16_000)
        words = ["--clean", home / "речь", "--noise", home / "шум", "--out", home / "runs" / "mine"]
        assert run("train", *words, "--shares", "50/25/25", *QUICK) == 0

    return made_once(tmp_path_factory, "звуки", make)
