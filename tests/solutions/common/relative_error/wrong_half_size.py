"""The target is not widened: epsilon is another number in half precision."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    size = target.abs().clamp_min(epsilon)
    return ((widen(prediction) - widen(target)).abs() / size).mean()
