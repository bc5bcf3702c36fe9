"""Loop."""

import torch


def masked_mean(x, mask):
    return torch.stack([one[there].mean(0) for one, there in zip(x, mask, strict=True)])
