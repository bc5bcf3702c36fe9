"""Logits are cut off at eight."""

import torch

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR + (1 - MASK_FLOOR) * torch.sigmoid(logits.clamp(-8, 8))
    pieces = torch.fft.irfft(spectra * mask) * self.window
    tails = torch.cat([tail.unsqueeze(1), pieces[:, :, HOP:]], dim=1)
    return (pieces[:, :, :HOP] + tails[:, :-1]).flatten(1), tails[:, -1]
