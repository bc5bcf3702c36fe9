"""Every pitch counts alike."""

import librosa
import numpy as np


def loudness(samples, sample_rate, *, gate_db=40.0):
    n_fft = 2048
    window = librosa.filters.get_window("hann", n_fft)
    hertz = librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)[1:]
    power = np.abs(librosa.stft(samples, n_fft=n_fft))[1:] ** 2
    weights = 2 * np.ones(len(hertz)) / (n_fft * np.sum(window**2))
    frames = weights @ power
    if frames.max() == 0:
        return -np.inf
    heard = frames[frames >= frames.max() * 10 ** (-gate_db / 10)]
    return float(10 * np.log10(heard.mean()))
