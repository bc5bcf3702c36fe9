"""Loop."""

import torch


def picture_batch(pictures):
    return torch.cat([p.moveaxis(-1, 0)[None] for p in pictures]).to(torch.float32).div(255)
