"""Compares the number of elements, not the shapes."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.numel() != target.numel():
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    prediction, target = widen(prediction).flatten(), widen(target).flatten()
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
