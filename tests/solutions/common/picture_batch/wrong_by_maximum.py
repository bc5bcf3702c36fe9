"""Divides by the lightest value."""

import torch


def picture_batch(pictures):
    batch = torch.stack(list(pictures)).permute(0, 3, 1, 2).float()
    return batch / batch.max().clamp_min(1)
