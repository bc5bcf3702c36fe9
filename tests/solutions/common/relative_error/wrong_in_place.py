"""Changes the target that the caller still needs."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    error = (prediction - target).abs()
    return (error / target.abs_().clamp_min_(epsilon)).mean()
