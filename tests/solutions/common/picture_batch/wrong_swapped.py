"""Swapped."""

import torch


def picture_batch(pictures):
    return torch.stack(list(pictures)).permute(0, 3, 2, 1).float() / 255
