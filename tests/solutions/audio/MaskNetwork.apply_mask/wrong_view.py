"""Joins axes by view, which tensors that were transposed do not allow."""

import torch

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR + (1 - MASK_FLOOR) * logits.view(-1, logits.shape[-1]).sigmoid()
    pieces = torch.fft.irfft(spectra * mask.view(logits.shape)) * self.window
    late = torch.cat([tail[:, None], pieces[..., HOP:]], 1)
    return ((pieces[..., :HOP] + late[:, :-1]).flatten(1), late[:, -1])
