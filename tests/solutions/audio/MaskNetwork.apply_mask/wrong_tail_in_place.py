"""The tail is added in place."""

import torch

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR + (1 - MASK_FLOOR) * logits.sigmoid()
    pieces = torch.fft.irfft(mask * spectra) * self.window
    first, second = pieces[:, :, :HOP], pieces[:, :, HOP:]
    with torch.no_grad():
        tail += first[:, 0]
    before = torch.cat([0 * tail[:, None], second[:, :-1]], dim=1)
    before[:, 0] = tail - first[:, 0]
    return (first + before).flatten(1), second[:, -1]
