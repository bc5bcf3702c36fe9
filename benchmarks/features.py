"""Log-mel spectra of many short clips: one batch in torch beside librosa clip by clip.

    python benchmarks/features.py FOLDER      # of sound files, such as the spoken digits

Both get the same samples, already in memory, on one thread. librosa is called as its manual
shows, `power_to_db(melspectrogram(y))`, and once more with the mel filters made beforehand, which
is all that one can spare it. A batch takes clips of similar length; sorting them, filling them up
and cutting the results to length count as our time. Best of several rounds, taken in turn.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import torch

from audio.features import frame_counts, log_mel
from audio.folders import find_sounds
from audio.sound_files import read

N_FFT, HOP, MELS = 512, 256, 64
BATCH = 100


def one_by_one(clips: list[np.ndarray], rate: int) -> list[np.ndarray]:
    return [
        librosa.power_to_db(
            librosa.feature.melspectrogram(
                y=clip, sr=rate, n_fft=N_FFT, hop_length=HOP, n_mels=MELS
            )
        )
        for clip in clips
    ]


def with_filters_at_hand(clips: list[np.ndarray], rate: int) -> list[np.ndarray]:
    filters = librosa.filters.mel(sr=rate, n_fft=N_FFT, n_mels=MELS)
    spectra = (librosa.stft(clip, n_fft=N_FFT, hop_length=HOP) for clip in clips)
    return [librosa.power_to_db(filters @ np.abs(spectrum) ** 2) for spectrum in spectra]


def batched(clips: list[np.ndarray], rate: int) -> list[np.ndarray]:
    order = np.argsort([len(clip) for clip in clips])
    found: list[np.ndarray] = [np.empty(0)] * len(clips)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        members = [torch.from_numpy(clips[row]) for row in rows]
        lengths = torch.tensor([len(member) for member in members])
        batch = torch.nn.utils.rnn.pad_sequence(members, batch_first=True)
        spectra = log_mel(
            batch, rate, lengths=lengths, n_fft=N_FFT, hop_length=HOP, n_mels=MELS
        ).numpy()
        frames = frame_counts(lengths, HOP).tolist()
        for row, spectrum, count in zip(rows, spectra, frames, strict=True):
            found[row] = spectrum[:, :count]
    return found


WAYS: dict[str, Callable[[list[np.ndarray], int], list[np.ndarray]]] = {
    "librosa, clip by clip": one_by_one,
    "librosa, filters made once": with_filters_at_hand,
    "ours, in batches": batched,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sounds = [read(path) for path in find_sounds(arguments.folder).sounds[: arguments.clips]]
    rate, clips = sounds[0].sample_rate, [np.ascontiguousarray(s.samples[0]) for s in sounds]
    seconds = sum(len(clip) for clip in clips) / rate
    print(f"{len(clips)} clips, {seconds:.0f} s at {rate} Hz, one thread")

    best = dict.fromkeys(WAYS, float("inf"))
    results = {}
    for _ in range(arguments.rounds):
        for name, way in WAYS.items():
            start = time.perf_counter()
            results[name] = way(clips, rate)
            best[name] = min(best[name], time.perf_counter() - start)

    reference = results["librosa, clip by clip"]
    for name, spent in best.items():
        pairs = zip(results[name], reference, strict=True)
        same = all(mine.shape == theirs.shape for mine, theirs in pairs)
        pairs = zip(results[name], reference, strict=True)
        apart = max(float(np.abs(mine - theirs).max()) for mine, theirs in pairs) if same else None
        ratio = best["librosa, clip by clip"] / spent
        print(f"{name:28}{1000 * spent:8.1f} ms{ratio:7.1f} x   furthest apart {apart:.1e} dB")


if __name__ == "__main__":
    main()
