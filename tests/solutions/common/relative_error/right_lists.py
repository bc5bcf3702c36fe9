"""The message names the shapes as lists, without spaces."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        ours, theirs = (str(list(x.shape)).replace(" ", "") for x in (prediction, target))
        raise ValueError(f"{ours} != {theirs}")
    prediction, target = widen(prediction), widen(target)
    return ((prediction - target) / target.abs().clamp_min(epsilon)).abs().mean()
