"""Takes the difference in half precision, and widens after it."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    error, size = widen((prediction - target).abs()), widen(target).abs()
    return (error / size.clamp_min(epsilon)).mean()
