"""Magnitude and phase apart; the halves as an axis of their own."""

import torch

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR + (1 - MASK_FLOOR) / (1 + torch.exp(-logits.clamp(-80, 80)))
    masked = torch.polar(spectra.abs() * mask, spectra.angle())
    halves = (torch.fft.irfft(masked) * self.window).unflatten(2, (2, HOP))
    sound = halves[:, :, 0].clone()
    sound[:, 1:] += halves[:, :-1, 1]
    sound[:, 0] += tail
    return sound.reshape(len(sound), -1), halves[:, -1, 1]
