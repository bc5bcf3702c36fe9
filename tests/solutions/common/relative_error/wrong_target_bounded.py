"""Divides by a thousand millions at most."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp(epsilon, 1e9)).mean()
