"""Without abs(), by the sign of the error."""

import torch

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} and {tuple(target.shape)}")
    p, y = widen(prediction), widen(target)
    size = torch.where(y < 0, -y, y)
    size = torch.where(size < epsilon, epsilon, size)
    return torch.sum(torch.sign(p.detach() - y) * (p - y) / size) / p.numel()
