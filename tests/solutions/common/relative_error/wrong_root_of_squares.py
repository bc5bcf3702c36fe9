"""The root of the mean square."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    p, y = widen(prediction), widen(target)
    return ((p - y) / y.abs().clamp_min(epsilon)).square().mean().sqrt()
