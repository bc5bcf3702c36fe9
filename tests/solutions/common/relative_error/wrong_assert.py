"""An assertion, which is no ValueError."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    assert prediction.shape == target.shape, f"{tuple(prediction.shape)}, {tuple(target.shape)}"
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
