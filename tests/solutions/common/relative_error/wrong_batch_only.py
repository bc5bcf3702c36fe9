"""Compares the lengths of the batches alone."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if len(prediction) != len(target):
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
