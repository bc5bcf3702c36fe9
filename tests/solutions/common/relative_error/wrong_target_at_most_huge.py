"""Takes a target for no more than 1e15."""

from common import losses


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    p, t = losses.widen(prediction), losses.widen(target)
    return ((p - t).abs() / t.abs().clamp(epsilon, 1e15)).mean()
