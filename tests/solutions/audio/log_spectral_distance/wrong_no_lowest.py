"""A silence has no floor."""

import numpy as np

from audio.metrics import power_spectra


def log_spectral_distance(estimate, clean, *, window=512, hop=256):
    x, s = power_spectra(estimate, window, hop), power_spectra(clean, window, hop)
    least = s.max(axis=(-2, -1), keepdims=True) * 1e-6
    x, s = np.maximum(x, least), np.maximum(s, least)
    apart = 10 * (np.log10(s) - np.log10(x))
    return np.sqrt((apart**2).mean(axis=-1)).mean(axis=-1)
