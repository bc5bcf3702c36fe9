"""The second look's network in PyTorch, to be trained; see `vision.second_look.classifier`."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vision.second_look.classifier import LAYERS, Layer, SecondLook
from vision.second_look.polar_sampling import RINGS

CHANNELS = {"stem": 32, "refine": 32, "across": 96, "around": 96}


class WrappedAround(torch.autograd.Function):
    """Lays before each row its last values, and behind it its first: columns that go round.

    The same as F.pad(x, (columns, columns, 0, 0), mode="circular"), bit for bit. The gradient of
    that copies everything several times, which cost a third of a training.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, columns: int) -> Tensor:
        ctx.columns = columns
        return torch.cat([x[..., x.shape[3] - columns :], x, x[..., :columns]], 3)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        columns = ctx.columns
        own = gradient[..., columns:-columns].clone(memory_format=torch.channels_last)
        own[..., :columns] += gradient[..., -columns:]
        own[..., -columns:] += gradient[..., :columns]
        return own, None


class RoundConv(nn.Module):
    """A convolution that goes round along the angles, normalised, and a ReLU.

    (batch, inputs, rings, angles) -> (batch, outputs, rings / stride, angles / stride)

    Where the rings are not padded, as many as the kernel is tall become one.
    """

    def __init__(self, inputs: int, outputs: int, size: tuple[int, int], layer: Layer) -> None:
        super().__init__()
        above = size[0] // 2 if layer.padded else 0
        self.convolution = nn.Conv2d(
            inputs, outputs, size, stride=layer.stride, padding=(above, 0), bias=False
        )
        self.normalisation = nn.BatchNorm2d(outputs)
        self.beside, self.residual = size[1] // 2, layer.residual

    def forward(self, x: Tensor) -> Tensor:
        around = WrappedAround.apply(x, self.beside)
        out = F.relu(self.normalisation(self.convolution(around)))
        return x + out if self.residual else out

    def folded(self) -> tuple[Tensor, Tensor]:
        """Return weight and bias of one convolution that does the same, once trained."""
        norm = self.normalisation
        assert norm.running_mean is not None
        assert norm.running_var is not None
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        weight = self.convolution.weight * scale[:, None, None, None]
        return weight, norm.bias - norm.running_mean * scale


class PolarNetwork(nn.Module):
    """From views (batch, 3, rings, angles) to a logit for each, (batch,)."""

    def __init__(self) -> None:
        super().__init__()
        layers: dict[str, RoundConv] = {}
        inputs, rings = 3, RINGS
        for name, layer in LAYERS.items():
            size = (layer.size if layer.padded else rings, layer.size)
            layers[name] = RoundConv(inputs, CHANNELS[name], size, layer)
            inputs, rings = CHANNELS[name], -(-rings // layer.stride) if layer.padded else 1
        self.layers = nn.ModuleDict(layers)
        self.head = nn.Linear(2 * inputs, 1)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in the stubs

    def forward(self, views: Tensor) -> Tensor:
        x = views.contiguous(memory_format=torch.channels_last)
        for layer in self.layers.values():
            x = layer(x)
        return self.head(torch.cat([x.amax((2, 3)), x.mean((2, 3))], 1))[:, 0]

    def without_torch(self) -> SecondLook:
        """Return the trained network for NumPy, its normalisation within the convolutions."""
        tensors = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        for name, layer in self.layers.items():
            assert isinstance(layer, RoundConv)
            tensors[f"{name}.weight"], tensors[f"{name}.bias"] = layer.folded()
        own = {name: one.detach().cpu().contiguous().numpy() for name, one in tensors.items()}
        return SecondLook(own)
