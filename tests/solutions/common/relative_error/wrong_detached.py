"""Through NumPy, so nothing can be learned from it."""

import torch


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    share = (prediction - target).abs() / target.abs().clamp_min(epsilon)
    return torch.tensor(share.mean().item(), dtype=prediction.dtype)
