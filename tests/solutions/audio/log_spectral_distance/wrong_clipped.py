"""Clips both sounds to full scale."""

import numpy as np
import torch

from audio.metrics import LOWEST, power_spectra


def log_spectral_distance(estimate, clean, *, window=512, hop=256):
    spectra = [
        torch.from_numpy(power_spectra(np.clip(sound, -1, 1), window, hop))
        for sound in (estimate, clean)
    ]
    floor = (1e-6 * spectra[1].amax((-2, -1), keepdim=True)).clamp_min(LOWEST)
    logs = [torch.log10(torch.maximum(power, floor)) for power in spectra]
    apart = (10 * (logs[0] - logs[1])).pow(2).mean(-1).pow(0.5)
    return np.asarray(apart.mean(-1))
