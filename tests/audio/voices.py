"""Sounds made up for the tests, the command on them, and one small trained run."""

import numpy as np
import soundfile

from audio.__main__ import DOMAIN
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
