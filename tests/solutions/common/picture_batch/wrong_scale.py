"""Scale."""

import torch


def picture_batch(pictures):
    return torch.stack(list(pictures)).permute(0, 3, 1, 2).float()
