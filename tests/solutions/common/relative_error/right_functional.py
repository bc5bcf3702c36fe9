"""By the functions of PyTorch, one after the other."""

import torch

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.size() != target.size():
        raise ValueError(f"shapes {tuple(prediction.size())} != {tuple(target.size())}")
    p, y = widen(prediction), widen(target)
    floor = torch.full_like(y, epsilon)
    return torch.mean(torch.div(torch.abs(torch.sub(p, y)), torch.maximum(torch.abs(y), floor)))
