"""Trains the second look: the network that judges what the first one marked; see `second_look`.

It learns from what the trained first network marks in the training part: what shares more than half
with a thing is one, what touches none is none. Things that the first one missed are added. What it
takes wrongly for a thing is shown again and again, what it knows is not.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from common.pipeline import Pipeline
from common.trainer import Trainer
from vision.candidates import Candidates
from vision.data import Pictures
from vision.model import OwnContrast
from vision.second_look import LAYERS, RINGS, Cut, Layer, SecondLook
from vision.views import ViewDataset, cuts_of

EACH, MOST = 76, 200_000
"""Views that are shown for each picture that the first network was shown, and at most."""
KEPT = 16_000
"""Things, and as many false ones, at most: of these the surest."""
BATCH, LR = 64, 8e-3
CHANNELS = {"stem": 32, "refine": 32, "across": 96, "around": 96}
FEWEST = 20
"""Things, and false ones, there must be at least to learn from."""


class RoundConv(nn.Module):
    """A convolution that goes round along the angles, normalised, and a ReLU.

    (batch, inputs, rings, angles) -> (batch, outputs, rings / stride, angles / stride)

    Where the rings are not padded, as many as the kernel is tall become one.
    """

    def __init__(self, inputs: int, outputs: int, size: tuple[int, int], layer: Layer) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, size, stride=layer.stride, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs)
        self.above, self.beside = size[0] // 2 if layer.padded else 0, size[1] // 2
        self.residual = layer.residual

    def forward(self, x: Tensor) -> Tensor:
        padded = F.pad(x, (self.beside, self.beside, 0, 0), mode="circular")
        padded = F.pad(padded, (0, 0, self.above, self.above))
        out = F.relu(self.normalisation(self.convolution(padded)))
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
        around = x[:, :, 0]
        return self.head(torch.cat([around.amax(2), around.mean(2)], 1))[:, 0]

    def without_torch(self) -> SecondLook:
        """Return the trained network for NumPy, its normalisation within the convolutions."""
        tensors = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        for name, layer in self.layers.items():
            assert isinstance(layer, RoundConv)
            tensors[f"{name}.weight"], tensors[f"{name}.bias"] = layer.folded()
        own = {name: one.detach().cpu().contiguous().numpy() for name, one in tensors.items()}
        return SecondLook(own)


def enough(found: Candidates) -> bool:
    """Whether there are as many things, and false ones, as it takes to learn from."""
    things, false = found.right.sum(), (found.beside & ~found.right).sum()
    return bool(min(things, false) >= FEWEST)


def learn_second_look(
    pipeline: Pipeline,
    train: Pictures,
    found: Candidates,
    *,
    beside: Sequence[tuple[Cut, bool]] = (),
    seconds: float | None = None,
    progress: bool | Callable[[float], None] = False,
) -> SecondLook | None:
    """Train the network on what the first one marked in the training part; None where that is too
    little to learn from.

    Args:
        pipeline: the first network.
        train: the training part.
        found: what is marked in some of it, with all things there.
        beside: close-ups that are shown too, and whether each is of a thing.
        seconds: after which the training ends, its learning rate led down by the clock.
        progress: show a bar or none; a function is told the share that is done.
    """
    if not enough(found):
        return None
    right, wrong = np.flatnonzero(found.right), np.flatnonzero(found.beside & ~found.right)
    surest = wrong[np.argsort(-found.sure[wrong], kind="stable")[:KEPT]]
    false, true = (cuts_of(train, found[those]) for those in (surest, right[:KEPT]))
    no_things, things = ([cut for cut, thing in beside if thing == kind] for kind in (False, True))
    settings = pipeline.settings
    shown = min(EACH * len(train) * settings.epochs, MOST)
    close = len(no_things), len(things)
    views = ViewDataset(false + no_things, true + things, shown, settings.seed, close=close)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = PolarNetwork()
    trainer = Trainer(
        nn.Sequential(OwnContrast(), network),
        nn.BCEWithLogitsLoss(),
        lr=LR,
        epochs=1,
        batch_size=BATCH,
        device=settings.device,
        seed=settings.seed,
        minutes=None if seconds is None else seconds / 60,
        progress=progress,
    )
    trainer.fit(views)
    return network.eval().without_torch()
