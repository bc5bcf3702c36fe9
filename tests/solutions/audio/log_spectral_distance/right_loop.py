"""Clip by clip and frame by frame."""

import math

import numpy as np

from audio.metrics import LOWEST, power_spectra


def log_spectral_distance(estimate, clean, *, window=512, hop=256):
    answer = np.empty(clean.shape[:-1])
    for place in np.ndindex(answer.shape):
        x, s = (power_spectra(sound[place], window, hop) for sound in (estimate, clean))
        least = max(s.max() / 10**6, LOWEST)
        roots = []
        for theirs, ours in zip(x, s, strict=True):
            ratio = np.clip(ours, least, None) / np.clip(theirs, least, None)
            roots.append(math.sqrt(np.mean((10 * np.log10(ratio)) ** 2)))
        answer[place] = sum(roots) / len(roots)
    return answer
