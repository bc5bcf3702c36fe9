"""Computes in whatever comes in, so float16 overflows."""


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
