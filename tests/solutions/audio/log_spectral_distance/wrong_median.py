"""The median over frames."""

import numpy as np

from audio.metrics import LOWEST, power_spectra


def log_spectral_distance(estimate, clean, *, window=512, hop=256):
    x, s = (power_spectra(sound, window, hop) for sound in (estimate, clean))
    floor = np.maximum(1e-6 * s.max((-2, -1), keepdims=True), LOWEST)
    difference = 10 * np.log10(np.maximum(s, floor) / np.maximum(x, floor))
    return np.median(np.sqrt(np.square(difference).mean(-1)), -1)
