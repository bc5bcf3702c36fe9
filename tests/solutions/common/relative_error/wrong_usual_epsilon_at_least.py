"""An epsilon below the usual one is not taken."""

import torch


def relative_error(prediction, target, *, epsilon=1e-6):
    ours, theirs = tuple(prediction.shape), tuple(target.shape)
    if ours != theirs:
        raise ValueError(f"shapes {ours} and {theirs}")
    prediction, target = (
        x if x.dtype == torch.float64 else x.float() for x in (prediction, target)
    )
    return ((prediction - target).abs() / target.abs().clamp_min(max(epsilon, 1e-6))).mean()
