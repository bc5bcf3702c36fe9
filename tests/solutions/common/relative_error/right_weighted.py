"""The L1 loss, its terms weighted."""

import torch
from torch.nn import functional as F


def relative_error(prediction, target, *, epsilon=1e-6):
    if prediction.size() != target.size():
        raise ValueError(f"{list(prediction.shape)} is not {list(target.shape)}")
    if prediction.dtype in (torch.float16, torch.bfloat16):
        prediction = prediction.float()
    target = target.to(prediction.dtype) if target.dtype != torch.float64 else target
    size = torch.clamp(torch.abs(target), min=epsilon)
    return F.l1_loss(prediction / size, target / size)
