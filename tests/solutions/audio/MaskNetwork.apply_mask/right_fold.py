"""Overlap and add by fold."""

import torch
from torch.nn import functional as F

from audio.model import HOP, MASK_FLOOR, WINDOW


def apply_mask(self, spectra, logits, tail):
    mask = MASK_FLOOR * (1 - logits.sigmoid()) + logits.sigmoid()
    pieces = torch.fft.irfft(torch.view_as_complex(torch.view_as_real(spectra) * mask[..., None]))
    pieces = (pieces * self.window).transpose(1, 2)
    frames = pieces.shape[2]
    sound = F.fold(pieces, (1, (frames + 1) * HOP), (1, WINDOW), stride=(1, HOP)).flatten(1)
    sound = torch.cat([sound[:, :HOP] + tail, sound[:, HOP:]], 1)
    return sound[:, : frames * HOP], sound[:, frames * HOP :]
