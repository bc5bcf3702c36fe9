"""A compact U-Net: down to see the whole picture, up again to say where.

    picture -> halve -> stem ------------------ + -> refine -> scores of 2×2 pixels -> mask
                          v                     ^
                        Down ------------ + -> Up
                          v               ^
                        Down ----------> Up

Most of a U-Net's work is done where the picture is largest, so here nothing but the first and the
last step touches full size: the stem halves at once, and the head gives four scores for each of its
cells, one for each pixel. Down doubles the channels and halves the picture; Up brings what was
understood below back to where it was seen.
"""

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.activations import activation_function
from common.errors import unknown
from common.exercises import exercise

WIDEST = 8
"""Channels stop doubling at so many times the width."""
GROUP = 4
"""Channels that are normalised together."""


def grouped(channels: int) -> nn.Module:
    """Return a layer that normalises each picture by itself, four channels at a time.

    For batches of a few pictures, and for pictures that differ much; batch normalisation learns
    one scale for all of them. Where channels do not divide by four the groups are smaller.

    Source: Wu and He, "Group Normalization" (2018).

    >>> grouped(12).num_groups, grouped(6).num_groups
    (3, 3)
    """
    return nn.GroupNorm(channels // math.gcd(GROUP, channels), channels)


NORMALISATIONS: dict[str, Callable[[int], nn.Module]] = {"batch": nn.BatchNorm2d, "group": grouped}


class ConvNormAct(nn.Module):
    """A convolution, normalised, and an activation if there is one.

    (batch, inputs, h, w) -> (batch, outputs, h / stride, w / stride)

    norm: "batch" or "group", see `grouped`.

    Source: Ioffe and Szegedy, "Batch Normalization" (2015).

    >>> ConvNormAct(3, 8, size=5, stride=2, activation=F.relu)(torch.zeros(2, 3, 16, 16)).shape
    torch.Size([2, 8, 8, 8])
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        size: int = 3,
        stride: int = 1,
        activation: Callable[[Tensor], Tensor] | None = None,
        norm: str = "batch",
    ) -> None:
        super().__init__()
        # No bias: the normalisation would take it away at once, and adds one of its own.
        self.convolution = nn.Conv2d(
            inputs, outputs, size, stride=stride, padding=size // 2, bias=False
        )
        self.normalisation = NORMALISATIONS[norm](outputs)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        x = self.normalisation(self.convolution(x))
        return self.activation(x) if self.activation else x


class Down(nn.Module):
    """Halves the picture, and looks once more at what is left.

    (batch, inputs, h, w) -> (batch, outputs, h/2, w/2)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Callable[[Tensor], Tensor],
        norm: str = "batch",
    ) -> None:
        super().__init__()
        self.halve = ConvNormAct(inputs, outputs, stride=2, activation=activation, norm=norm)
        self.refine = ConvNormAct(outputs, outputs, activation=activation, norm=norm)

    def forward(self, x: Tensor) -> Tensor:
        x = self.halve(x)
        return x + self.refine(x)


class Up(nn.Module):
    """Doubles the picture, and joins what was understood to what was seen at that size.

    below (batch, inputs, h/2, w/2), skip (batch, outputs, h, w) -> (batch, outputs, h, w)

    `skip` comes over the skip connection, from the way down. The two are added, as in LinkNet,
    where the first U-Net lays one beside the other: half the work for the convolution that follows.

    Source: Chaurasia and Culurciello, "LinkNet" (2017).
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Callable[[Tensor], Tensor],
        norm: str = "batch",
    ) -> None:
        super().__init__()
        self.narrow = ConvNormAct(inputs, outputs, size=1, norm=norm)
        self.refine = ConvNormAct(outputs, outputs, activation=activation, norm=norm)

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        below = self.narrow(below)  # narrowed first: a quarter of the pixels to compute
        return self.refine(F.interpolate(below, scale_factor=2.0) + skip)  # each pixel becomes 2×2


class OwnContrast(nn.Module):
    """Scales each picture by the mean and the standard deviation of its own values.

        (x - mean) / max(std, 1)

    (batch, 3, height, width) from 0 to 255 -> the same shape, float. One mean for all colours: the
    hue stays. It stands before a network whose own mean is 0 and whose deviation is 1.

    Counterpart in the field: torch.nn.GroupNorm with one group, without weights.

    >>> dark = torch.tensor([2.0, 4.0, 6.0, 8.0]).view(1, 1, 2, 2)
    >>> torch.allclose(OwnContrast()(dark), OwnContrast()(20 * dark + 9))
    True
    """

    def forward(self, pictures: Tensor) -> Tensor:
        pictures = pictures.float()
        pictures = pictures - pictures.mean((1, 2, 3), keepdim=True)
        deviation = pictures.square().mean((1, 2, 3), keepdim=True).sqrt()
        # What differs by less than one grey level is noise, and stays small.
        return pictures / deviation.clamp(min=1)


class UNet(nn.Module):
    """Scores for every pixel of pictures of any size.

    (batch, 3, height, width), RGB from 0 to 255 -> (batch, channels, height, width)

    Args:
        channels: 1 where there is one class to find, else the classes with the background.
        mean, std: (3,) of the training pictures' colours, by which all are scaled.
        width: channels of the stem.
        depth: times that the stem's picture is halved again.
        activation: a name of `common.activations`.
        norm: see `ConvNormAct`.

    Raises:
        UserError: an activation or a normalisation that is not there.

    A picture whose sides do not divide by 2^(depth + 1) is padded with the mean colour inside and
    cropped again.

    Source: Ronneberger et al., "U-Net" (2015); the head is that of Shi et al., "Real-Time Single
    Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network"
    (2016).

    >>> network = UNet(1, mean=torch.full((3,), 120.0), std=torch.full((3,), 50.0))
    >>> network(torch.zeros(2, 3, 100, 75, dtype=torch.uint8)).shape
    torch.Size([2, 1, 100, 75])
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        channels: int,
        *,
        mean: Tensor,
        std: Tensor,
        width: int = 12,
        depth: int = 4,
        activation: str = "relu",
        norm: str = "batch",
    ) -> None:
        super().__init__()
        act = activation_function(activation)
        if norm not in NORMALISATIONS:
            raise unknown("normalisation", norm, NORMALISATIONS)
        self.register_buffer("mean", mean.view(1, 3, 1, 1))
        self.register_buffer("std", std.view(1, 3, 1, 1))
        self.stride = 2 ** (depth + 1)
        widths = [width * min(2**level, WIDEST) for level in range(depth + 1)]
        steps = list(pairwise(widths))
        self.stem = ConvNormAct(3, width, size=5, stride=2, activation=act, norm=norm)
        self.downs = nn.ModuleList(Down(near, far, act, norm) for near, far in steps)
        self.ups = nn.ModuleList(Up(far, near, act, norm) for near, far in reversed(steps))
        self.head = nn.Conv2d(width, 4 * channels, 1)
        # Channels next to each other in memory: on a CPU convolutions are faster that way.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in the stubs

    @exercise(points=25, minutes=40, difficulty=3, uses="PyTorch", lesson="Network")
    def forward(self, pictures: Tensor) -> Tensor:
        """Return scores for every pixel: (batch, channels, height, width).

        pictures: (batch, 3, height, width), RGB from 0 to 255, uint8 or float32. The
        network and the answer are float32.

        1. Set the colours off from the mean and divide by the deviation: self.mean
           and self.std, both (1, 3, 1, 1).
        2. Pad with zeros, which now are the mean colour, below and on the right, as
           little as makes both sides divisible by self.stride.
        3. self.stem halves the picture. Then each of self.downs halves it again;
           what goes into each of them is also kept.
        4. Each of self.ups takes what comes from below, and of what was kept the
           picture of twice its size: up(below, skip). So what was kept last is
           needed first.
        5. self.head makes of each cell the scores of its 2×2 pixels, four channels
           for each class; `F.pixel_shuffle` lays them out.
        6. Cut the padding off: the answer is of the pictures' own size.

        `pictures` stays as it is, and so does the mode, train or eval. Convolutions on
        a processor are faster where the channels of a pixel lie next to each other,
        which changes no value: x.contiguous(memory_format=torch.channels_last) before
        the stem.

        >>> network = UNet(2, mean=torch.zeros(3), std=torch.ones(3), width=4, depth=1)
        >>> network(torch.zeros(1, 3, 7, 5)).shape
        torch.Size([1, 2, 7, 5])
        """
        height, width = pictures.shape[2:]
        x = (pictures - self.mean) / self.std
        # -29 % 32 is 3: what is missing to the next multiple of 32.
        x = F.pad(x, (0, -width % self.stride, 0, -height % self.stride))
        x = self.stem(x.contiguous(memory_format=torch.channels_last))
        skips = []
        for down in self.downs:
            skips.append(x)
            x = down(x)
        for up in self.ups:
            x = up(x, skips.pop())
        return F.pixel_shuffle(self.head(x), 2)[..., :height, :width]
