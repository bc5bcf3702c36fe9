"""Compares how many dimensions there are, and not how long they are."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.ndim != target.ndim:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
