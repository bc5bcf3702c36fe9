"""Shapes that differ are broadcast."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
