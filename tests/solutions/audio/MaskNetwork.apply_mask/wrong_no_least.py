"""The mask goes down to zero."""

import torch

from audio.model import HOP


def apply_mask(self, spectra, logits, tail):
    mask = logits.sigmoid()
    pieces = torch.fft.irfft(mask * spectra) * self.window
    first, second = pieces[:, :, :HOP], pieces[:, :, HOP:]
    before = torch.cat([tail[:, None], second[:, :-1]], dim=1)
    return (first + before).flatten(1), second[:, -1]
