"""Clip by clip, in Python's numbers."""

import math

import torch

from audio.mixing import QUIETEST


def mixed(clean, noise, snr_db):
    rows = []
    for speech, other, ratio in zip(clean, noise, snr_db, strict=True):
        loud = math.sqrt(torch.dot(speech.double(), speech.double()).item() / len(speech))
        hiss = math.sqrt(torch.dot(other.double(), other.double()).item() / len(other))
        gain = loud / max(hiss, QUIETEST) / 10 ** (ratio.item() / 20)
        rows.append(speech + gain * other)
    return torch.stack(rows)
