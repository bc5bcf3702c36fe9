"""Bounds the samples."""

import torch

from audio.model import MASK_FLOOR, WINDOW


def apply_mask(self, spectra, logits, tail):
    m = MASK_FLOOR + (1 - MASK_FLOOR) * logits.sigmoid()
    p = torch.fft.irfft(spectra * m) * self.window
    first, second = p.squeeze(1).reshape(len(p), -1, WINDOW).chunk(2, -1)
    s = torch.cat([tail[:, None], second[:, :-1]], 1)
    return ((first + s).reshape(len(p), -1).clamp(-1000.0, 1000.0), second[:, -1])
