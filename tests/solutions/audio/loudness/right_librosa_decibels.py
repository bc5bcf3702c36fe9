"""The curve is added in decibels, and librosa comes back from them."""

import librosa
import numpy as np


def loudness(samples, sample_rate, *, gate_db=40.0):
    n_fft = 2048
    window = librosa.filters.get_window("hann", n_fft)
    hertz = librosa.fft_frequencies(sr=sample_rate, n_fft=n_fft)[1:]
    power = np.abs(librosa.stft(samples.astype(float), n_fft=n_fft))[1:] ** 2
    if not power.any():
        return float("-inf")
    share = librosa.db_to_power(librosa.A_weighting(hertz))
    frames = (share[:, None] * power).sum(axis=0) / (n_fft * np.square(window).sum() / 2)
    with np.errstate(divide="ignore"):
        heard = frames[10 * np.log10(frames / frames.max()) >= -gate_db]
    return float(10 * np.log10(heard.mean()))
