"""Real speech with real noise in it: a trained run beside what else there is.

    python benchmarks/denoise.py RUN CLEAN_DIR NOISE_DIR

RUN: the folder of a run, such as runs/audio-demo. Every clip of CLEAN_DIR is mixed with every
noise of NOISE_DIR at 0 and 5 dB and cleaned by the run, by spectral subtraction that is told the
true noise, and, where they are installed, by noisereduce, told the true noise (by its stationary
method, the only one that listens to it) and not, and by RNNoise, with the weights of the package
pyrnnoise, which were trained on recorded speech and noise. Also shown are the level of the speech,
what is clipped, the gain by noise, and how much faster than real time a file is cleaned on one
core.
"""

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch

from audio.baselines import ideal_mask, spectral_subtraction
from audio.folders import find_sounds
from audio.level import restored
from audio.metrics import level, pesq, si_sdr, stoi
from audio.mixing import mix, unclipped
from audio.predict import clean_file
from audio.settings import SAMPLE_RATE
from audio.sound_files import read
from audio.streaming import Denoiser
from audio.task import TASK
from common.runs import store

Method = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""(noisy, noise, clean), each (samples,), to what is left: most look at the first alone."""


RNNOISE_RATE, RNNOISE_FRAME, RNNOISE_DELAY = 48_000, 480, 960
"""Samples: RNNoise works at one rate, on one length of frame, and answers two frames late."""


def rnnoise(noisy: np.ndarray) -> np.ndarray:
    """Clean (samples,) at 16 kHz by RNNoise, and bring the answer back into time."""
    from pyrnnoise.rnnoise import create, destroy, process_mono_frame

    sound = soxr.resample(noisy, SAMPLE_RATE, RNNOISE_RATE)
    missing = -(len(sound) + RNNOISE_DELAY) % RNNOISE_FRAME
    padded = np.pad(np.clip(sound, -1, 1), (0, RNNOISE_DELAY + missing))
    frames = np.rint(padded * 32767).astype(np.int16).reshape(-1, RNNOISE_FRAME)
    state = create()
    try:
        answer = np.concatenate([process_mono_frame(state, frame)[0] for frame in frames])
    finally:
        destroy(state)
    clean = (answer[RNNOISE_DELAY:][: len(sound)] / 32768).astype(np.float32)
    clean = soxr.resample(clean, RNNOISE_RATE, SAMPLE_RATE)[: len(noisy)]
    return np.pad(clean, (0, len(noisy) - len(clean)))


def methods(network: torch.nn.Module) -> dict[str, Method]:
    def by_network(noisy, noise, clean):
        with torch.no_grad():
            return restored(noisy[None], Denoiser(network)(torch.from_numpy(noisy)[None]).numpy())[
                0
            ]

    found: dict[str, Method] = {
        "nothing": lambda noisy, noise, clean: noisy,
        "network": by_network,
        "subtraction, told": lambda noisy, noise, clean: spectral_subtraction(
            noisy[None], noise[None]
        )[0],
    }
    try:
        import noisereduce
    except ImportError:
        print("noisereduce is not installed and left out")
    else:
        found["noisereduce, told"] = lambda noisy, noise, clean: noisereduce.reduce_noise(
            noisy, SAMPLE_RATE, stationary=True, y_noise=noise
        )
        found["noisereduce"] = lambda noisy, noise, clean: noisereduce.reduce_noise(
            noisy, SAMPLE_RATE
        )
    if importlib.util.find_spec("pyrnnoise") is None:
        print("pyrnnoise is not installed and left out")
    else:
        found["RNNoise"] = lambda noisy, noise, clean: rnnoise(noisy)
    found["ideal mask"] = lambda noisy, noise, clean: ideal_mask(noisy[None], clean[None])[0]
    return found


def mixtures(
    clean: Path, noise: Path, snr: float
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (clip, noise, noisy, noise in it, clean) for every pair of two folders' files."""
    noises = {
        path.stem: read(path, SAMPLE_RATE).samples.mean(0) for path in find_sounds(noise).sounds
    }
    for path in find_sounds(clean).sounds:
        speech = read(path, SAMPLE_RATE).samples.mean(0)
        for name, sound in noises.items():
            noisy, spoken = unclipped(mix(speech, sound, snr), speech)
            yield path.stem, name, noisy, noisy - spoken, spoken


def judged(estimate: np.ndarray, noisy: np.ndarray, clean: np.ndarray) -> dict[str, float]:
    return {
        "gain": float(si_sdr(estimate, clean) - si_sdr(noisy, clean)),
        "stoi": stoi(estimate, clean, SAMPLE_RATE),
        "pesq": pesq(estimate, clean, SAMPLE_RATE),
        "level": float(level(estimate, clean)),
        "clipped": float((np.abs(estimate) >= 1).sum()),
    }


def print_rows(rows: list[dict[str, str]]) -> None:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *rest in lines:
        cells = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]))


def compare(network: torch.nn.Module, clean: Path, noise: Path, snr: float) -> None:
    figures: dict[str, list[dict[str, float]]] = {}
    by_noise: dict[str, dict[str, list[float]]] = {}
    each = methods(network)
    for _, name, noisy, added, spoken in mixtures(clean, noise, snr):
        for title, method in each.items():
            found = judged(method(noisy, added, spoken), noisy, spoken)
            figures.setdefault(title, []).append(found)
            by_noise.setdefault(title, {}).setdefault(name, []).append(found["gain"])
    rows = []
    for title, found in figures.items():
        column = {key: np.array([one[key] for one in found]) for key in found[0]}
        rows.append(
            {
                f"at {snr:g} dB": title,
                "gain, dB": f"{column['gain'].mean():+.2f}",
                "worst": f"{column['gain'].min():+.2f}",
                "STOI": f"{column['stoi'].mean():.3f}",
                "PESQ": f"{column['pesq'].mean():.2f}",
                "level, dB": f"{column['level'].mean():+.2f}",
                "furthest": f"{np.abs(column['level']).max():.2f}",
                "clipped": f"{column['clipped'].sum():.0f}",
            }
        )
    print_rows(rows)
    print(f"\n{len(figures['network'])} mixtures; the gain by noise:")
    print_rows(
        [
            {"": title, **{name: f"{np.mean(gains):+.2f}" for name, gains in found.items()}}
            for title, found in by_noise.items()
            if title != "nothing"
        ]
    )
    print()


def speed(network: torch.nn.Module, clean: Path, minutes: float = 5.0) -> None:
    """Clean a file of some minutes on one core, reading and writing included."""
    torch.set_num_threads(1)
    speech = read(find_sounds(clean).sounds[0], SAMPLE_RATE).samples.mean(0)
    long = np.resize(speech, round(minutes * 60 * SAMPLE_RATE))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "long.wav"
        soundfile.write(source, long, SAMPLE_RATE)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            clean_file(network, source, Path(folder) / "out.wav")
            times.append(time.perf_counter() - began)
    print(
        f"{minutes:g} minutes at 16 kHz: {min(times):.1f} to {max(times):.1f} s on one core, "
        f"{60 * minutes / max(times):.0f} to {60 * minutes / min(times):.0f} times faster than "
        "real time"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="folder of a run, such as runs/audio-demo")
    parser.add_argument("clean", type=Path, help="folder of clean speech")
    parser.add_argument("noise", type=Path, help="folder of noise")
    arguments = parser.parse_args()
    network = store.load(arguments.run, TASK, device="cpu").model
    for snr in (0.0, 5.0):
        compare(network, arguments.clean, arguments.noise, snr)
    speed(network, arguments.clean)


if __name__ == "__main__":
    main()
