"""A sound with one silent frame is taken for silence."""

import math

import librosa
import numpy as np


def loudness(samples, sample_rate, *, gate_db=40.0):
    hertz = librosa.fft_frequencies(sr=sample_rate, n_fft=2048)[1:]
    power = np.abs(librosa.stft(samples.astype(np.float64), n_fft=2048))[1:] ** 2
    window = librosa.filters.get_window("hann", 2048)
    weights = 2 * 10 ** (librosa.A_weighting(hertz) / 10) / (2048 * np.square(window).sum())
    frames = weights @ power
    if frames.min() == 0:
        return -math.inf
    return float(10 * np.log10(frames[frames >= frames.max() * 10 ** (-gate_db / 10)].mean()))
