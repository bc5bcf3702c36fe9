"""The gain is the difference of two levels and a ratio, in decibels."""

import torch

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    def level(sounds, least):
        return 20 * torch.log10(torch.linalg.vector_norm(sounds, dim=-1) / samples**0.5 + least)

    samples = clean.shape[-1]
    quiet = torch.linalg.vector_norm(noise, dim=-1) < QUIETEST * samples**0.5
    hiss = torch.where(quiet, 20 * torch.log10(torch.tensor(QUIETEST)), level(noise, 1e-30))
    gain = 10 ** ((level(clean, 0.0) - hiss.to(clean.dtype) - snr_db) / 20)
    return torch.addcmul(clean, gain.unsqueeze(-1), noise)
