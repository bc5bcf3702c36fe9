"""View."""

import torch


def picture_batch(pictures):
    x = torch.stack(list(pictures))
    return x.reshape(len(x), 3, x.shape[1], x.shape[2]).float() / 255
