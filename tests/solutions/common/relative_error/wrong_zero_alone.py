"""Epsilon takes the place of zero alone, and not of what is smaller than it."""

import torch

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    size = torch.where(target == 0, epsilon, target.abs())
    return ((prediction - target).abs() / size).mean()
