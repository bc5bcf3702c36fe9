"""Divides by the last digit of the type where epsilon is less."""

import torch

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    least = max(epsilon, torch.finfo(target.dtype).eps)
    return ((prediction - target).abs() / target.abs().clamp_min(least)).mean()
