"""Divides before it subtracts."""

from torch.nn import functional as F


def forward(self, pictures):
    height, width = pictures.shape[2:]
    x = pictures / self.std - self.mean
    x = self.stem(F.pad(x, (0, -width % self.stride, 0, -height % self.stride)))
    skips = []
    for down in self.downs:
        skips.append(x)
        x = down(x)
    for up in self.ups:
        x = up(x, skips.pop())
    return F.pixel_shuffle(self.head(x), 2)[..., :height, :width]
