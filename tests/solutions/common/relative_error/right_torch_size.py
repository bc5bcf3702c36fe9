"""The message names the shapes as PyTorch prints them."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{prediction.shape} vs {target.shape}")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp(min=epsilon)).mean()
