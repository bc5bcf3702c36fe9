"""One example at a time."""

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    prediction, target = widen(prediction).reshape(-1), widen(target).reshape(-1)
    total = 0
    for p, y in zip(prediction, target, strict=True):
        total = total + (p - y).abs() / max(abs(y.item()), epsilon)
    return total / len(target)
