"""Begins a graph of its own where half precision comes in."""

import torch


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} {tuple(target.shape)}")
    if prediction.dtype in (torch.float16, torch.bfloat16):
        prediction = prediction.detach().float().requires_grad_()
        target = target.float()
    return ((prediction - target).abs() / target.abs().clamp_min(epsilon)).mean()
