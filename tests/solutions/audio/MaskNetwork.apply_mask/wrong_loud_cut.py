"""Nothing louder than one."""

import torch

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR + (1 - MASK_FLOOR) * torch.sigmoid(logits)
    pieces = torch.fft.irfft(spectra * mask) * self.window
    tails = torch.cat([tail.unsqueeze(1), pieces[:, :, HOP:]], dim=1)
    return (pieces[:, :, :HOP] + tails[:, :-1]).flatten(1).clamp(-1, 1), tails[:, -1]
