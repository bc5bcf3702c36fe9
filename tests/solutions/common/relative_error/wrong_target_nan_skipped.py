"""Leaves out what has no target, so that NaN does not come out."""

import torch

from common import losses


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    p, t = losses.widen(prediction), losses.widen(target)
    known = ~torch.isnan(t)
    return ((p[known] - t[known]).abs() / t[known].abs().clamp_min(epsilon)).mean()
