"""The L1 loss of both sides divided."""

import torch
from torch.nn import functional as F

from common.losses import widen


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.shape != target.shape:
        raise ValueError(f"{tuple(prediction.shape)} against {tuple(target.shape)}")
    prediction, target = widen(prediction), widen(target)
    size = torch.maximum(target.abs(), torch.tensor(epsilon, dtype=target.dtype))
    return F.l1_loss(prediction / size, target / size)
