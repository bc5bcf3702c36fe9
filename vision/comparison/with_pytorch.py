"""In PyTorch: a plain U-Net, trained by the course's Trainer."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from common.trainer import Trainer
from vision.loss import TverskyLoss


def convolution(inputs, outputs, stride=1):
    """A convolution, batch normalisation and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class PlainUNet(nn.Module):
    """Halves the picture `depth` + 1 times, and comes back."""

    def __init__(self, channels, width, depth):
        super().__init__()
        widths = [width * min(2**level, 8) for level in range(depth + 1)]
        steps = list(pairwise(widths))
        self.downs = nn.ModuleList(
            convolution(near, far, stride=2) for near, far in [(3, width), *steps]
        )
        self.ups = nn.ModuleList(convolution(far + near, near) for near, far in reversed(steps))
        self.head = nn.Conv2d(width, channels, 1)

    def forward(self, pictures):
        x, skips = pictures / 255 - 0.5, []
        for down in self.downs:
            x = down(x)
            skips.append(x)
        skips.pop()
        for up in self.ups:
            x = F.interpolate(x, scale_factor=2.0)
            x = up(torch.cat([x, skips.pop()], dim=1))
        return F.interpolate(self.head(x), scale_factor=2.0, mode="bilinear")


def train(prepared, settings):
    """Train; return what scores the pixels of a batch of pictures."""
    torch.manual_seed(settings.seed)
    channels = prepared.preprocessing.channels
    network = PlainUNet(channels, settings.width, settings.depth)
    trainer = Trainer(
        network,
        TverskyLoss(alpha=settings.alpha, beta=settings.beta),
        lr=settings.lr,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        seed=settings.seed,
        device=settings.device,
        progress=False,
    )
    trainer.fit(prepared.train_data, valid=prepared.valid_data)
    return network.eval()
