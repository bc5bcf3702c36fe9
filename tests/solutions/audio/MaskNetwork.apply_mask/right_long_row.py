"""Adds the even and the odd pieces into one long row."""

import torch
from torch.nn import functional as F

from audio.model import HOP, MASK_FLOOR


def apply_mask(self, spectra, logits, tail):
    mask = 1 - (1 - MASK_FLOOR) * torch.sigmoid(-logits)
    pieces = torch.fft.irfft(spectra * mask, dim=2) * self.window
    clips, frames, window = pieces.shape
    row = F.fold(pieces.transpose(1, 2), (1, (frames + 1) * HOP), (1, window), stride=(1, HOP))
    row = row.reshape(clips, -1)
    row = row + F.pad(tail, (0, frames * HOP))
    return row[:, :-HOP], row[:, -HOP:]
