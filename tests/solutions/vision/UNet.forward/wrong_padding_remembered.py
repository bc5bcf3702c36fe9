"""Pads as it did at the first call."""

from torch.nn import functional as F


def forward(self, pictures):
    h, w = pictures.shape[2:]
    if not hasattr(self, "_pad"):
        self._pad = (0, -w % self.stride, 0, -h % self.stride)
    x = (pictures - self.mean) / self.std
    x = F.pad(x, self._pad)
    x = self.stem(x)
    skips = []
    for d in self.downs:
        skips.append(x)
        x = d(x)
    for up in self.ups:
        x = up(x, skips.pop())
    return F.pixel_shuffle(self.head(x), 2)[..., :h, :w]
