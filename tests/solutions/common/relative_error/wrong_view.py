"""Flattens by view, which needs memory without gaps."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    prediction, target = prediction.view(-1), target.view(-1)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
