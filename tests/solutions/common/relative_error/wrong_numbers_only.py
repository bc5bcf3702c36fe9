"""Compares how many numbers there are, and not their shape."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.numel() != target.numel():
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
