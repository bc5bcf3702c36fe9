"""Turns NaN into a number."""

import torch

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    shares = (prediction - target).abs() / target.abs().clamp_min(epsilon)
    return torch.nan_to_num(shares).mean()
