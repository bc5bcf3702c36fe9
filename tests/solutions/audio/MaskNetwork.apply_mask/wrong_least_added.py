"""The mask goes beyond one."""

import torch

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR + logits.sigmoid()
    pieces = torch.fft.irfft(mask * spectra) * self.window
    first, second = pieces[:, :, :HOP], pieces[:, :, HOP:]
    before = torch.cat([tail[:, None], second[:, :-1]], dim=1)
    return (first + before).flatten(1), second[:, -1]
