"""Pads by concatenation, and crops by narrow."""

import torch


def forward(self, pictures):
    height, width = pictures.shape[-2:]
    x = torch.addcdiv(torch.zeros_like(self.mean), pictures.to(self.mean) - self.mean, self.std)
    if below := -height % self.stride:
        x = torch.cat([x, x.new_zeros(*x.shape[:2], below, x.shape[3])], 2)
    if right := -width % self.stride:
        x = torch.cat([x, x.new_zeros(*x.shape[:3], right)], 3)
    x = self.stem(x)
    kept = [x]
    for down in self.downs:
        kept.append(down(kept[-1]))
    x = kept.pop()
    for up, skip in zip(self.ups, kept[::-1], strict=True):
        x = up(x, skip)
    x = torch.nn.PixelShuffle(2)(self.head(x))
    return x.narrow(2, 0, height).narrow(3, 0, width)
