"""The gate in decibels, the weights in the root."""

import librosa
import numpy as np


def loudness(samples, sample_rate, *, gate_db=40.0):
    spectrum = librosa.stft(np.asarray(samples, dtype=np.float64), n_fft=2048)[1:]
    curve = librosa.A_weighting(librosa.fft_frequencies(sr=sample_rate, n_fft=2048)[1:])
    spectrum = spectrum * 10 ** (curve[:, None] / 20)
    power = np.linalg.norm(spectrum, axis=0) ** 2
    if not np.any(power):
        return float("-inf")
    window = librosa.filters.get_window("hann", 2048)
    with np.errstate(divide="ignore"):
        level = 10 * np.log10(2 * power / 2048 / (window @ window))
    kept = power[level.max() - level <= gate_db]
    return level.max().item() + 10 * np.log10(kept.mean() / power.max()).item()
