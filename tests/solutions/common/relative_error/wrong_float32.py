"""Computes in float32, and makes it float64 after that."""

import torch


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    p, y = prediction.float(), target.float()
    value = ((p - y).abs() / y.abs().clamp_min(epsilon)).mean()
    return value.double() if prediction.dtype == torch.float64 else value
