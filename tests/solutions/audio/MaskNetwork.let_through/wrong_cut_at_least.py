"""The sigmoid is cut off."""

import torch

from audio.model import HOP, LEAST


def let_through(self, spectra, logits, tail):
    mask = logits.sigmoid().clamp_min(LEAST)
    pieces = torch.fft.irfft(mask * spectra) * self.window
    first, second = pieces[:, :, :HOP], pieces[:, :, HOP:]
    before = torch.cat([tail[:, None], second[:, :-1]], dim=1)
    return (first + before).flatten(1), second[:, -1]
