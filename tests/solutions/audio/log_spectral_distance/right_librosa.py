"""Decibels by librosa; clips in a row, and their axes back at the end."""

import librosa
import numpy as np

from audio.metrics import LOWEST, power_spectra


def log_spectral_distance(estimate, clean, *, window=512, hop=256):
    shape = np.shape(clean)[:-1]
    pairs = zip(
        estimate.reshape(-1, estimate.shape[-1]), clean.reshape(-1, clean.shape[-1]), strict=True
    )
    found = []
    for pair in pairs:
        x, s = (power_spectra(sound, window, hop) for sound in pair)
        floor = max(s.max() * 10 ** (-60 / 10), LOWEST)
        theirs, ours = (librosa.power_to_db(p, amin=floor, top_db=None) for p in (x, s))
        found.append(np.linalg.norm(ours - theirs, axis=1).mean() / np.sqrt(x.shape[1]))
    return np.array(found, dtype=np.float64).reshape(shape)
