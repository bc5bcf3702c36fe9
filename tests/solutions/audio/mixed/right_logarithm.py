"""By the decibels that are there: of silence they are minus infinity, and the gain is 0."""

import torch

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    power, noise_power = clean.square().mean(1), noise.square().mean(1).clamp_min(QUIETEST**2)
    have = 10 * torch.log10(power / noise_power)
    gain = 10 ** ((have - snr_db) / 20)
    return clean + gain[:, None] * noise
