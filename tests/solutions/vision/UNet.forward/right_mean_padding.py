"""Pads with the mean colour before it is taken off."""

import torch
from torch import nn


def forward(self, pictures):
    height, width = pictures.shape[2:]
    below, right = (-height) % self.stride, (-width) % self.stride
    x = pictures.to(self.mean.dtype)
    x = torch.cat([x, self.mean.expand(len(x), 3, below, width)], dim=2)
    x = torch.cat([x, self.mean.expand(len(x), 3, height + below, right)], dim=3)
    kept = [self.stem((x - self.mean) / self.std)]
    for down in self.downs:
        kept.append(down(kept[-1]))
    x = kept[-1]
    for up, seen in zip(self.ups, kept[-2::-1], strict=True):
        x = up(x, seen)
    return nn.PixelShuffle(2)(self.head(x)).narrow(2, 0, height).narrow(3, 0, width)
