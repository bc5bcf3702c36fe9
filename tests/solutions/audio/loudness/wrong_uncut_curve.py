"""The curve without its end at -80 dB."""

import math

import librosa
import numpy as np


def loudness(samples, sample_rate, *, gate_db=40.0):
    n_fft = 2048
    hertz = librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)[1:]
    power = np.abs(librosa.stft(samples.astype(np.float64), n_fft=n_fft))[1:] ** 2
    window = librosa.filters.get_window("hann", n_fft)
    curve = librosa.A_weighting(hertz, min_db=-60)
    weights = 2 * 10 ** (curve / 10) / (n_fft * np.square(window).sum())
    frames = weights @ power
    if not frames.max() > 0:
        return -math.inf
    return float(10 * np.log10(frames[frames >= frames.max() * 10 ** (-gate_db / 10)].mean()))
