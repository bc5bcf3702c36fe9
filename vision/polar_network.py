"""Trains the second look: the network that judges what the first one marked; see `second_look`.

It learns from what the trained first network marks in the training part: what shares more than half
with a thing is one, what touches none is none. Things that the first one missed are added. What it
takes wrongly for a thing is shown again and again, what it knows is not.
"""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from common.pipeline import Pipeline
from common.trainer import Trainer
from vision.augment import relit
from vision.candidates import Candidates
from vision.data import Pictures
from vision.model import OwnContrast
from vision.second_look import (
    FAINTEST,
    LAYERS,
    RINGS,
    Cut,
    Layer,
    SecondLook,
    cut_out,
    unrolled,
    width_of,
)

EACH, MOST = 36, 200_000
"""Views that are shown for each picture that the first network was shown, and at most."""
KEPT = 16_000
"""Things, and as many false ones, at most: of these the surest."""
BATCH, LR = 32, 6e-3
CHANNELS = {"stem": 32, "refine": 32, "across": 96, "around": 96}
SCALE, STRETCH, ASIDE = 1.15, 1.08, 0.07
"""What is marked is not all of a thing: by so much are its width, its shape (it is seen aslant) and
its middle varied, the last in widths."""
ODD = 0.25
"""Share of the views whose colours are exchanged, and share of those that become a negative: what
tells a thing is its shape."""
EASIEST = 0.1
"""Share of times that what is known to be no thing is shown, of those that it comes up."""
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


class ViewDataset(Dataset):
    """Pairs (view, 1.0 of a thing or 0.0), half of them things, each seen a little differently.

    view: (3, RINGS, ANGLES) uint8, not scaled yet.

    A map-style torch Dataset. What a view shows comes from (seed, number), and from what was heeded
    before: what is known to be no thing is shown seldom.
    """

    def __init__(self, wrong: Sequence[Cut], right: Sequence[Cut], views: int, seed: int) -> None:
        self.kinds, self.views, self.seed = (wrong, right), views, seed
        self.shown: dict[int, int] = {}
        self.forget()

    def forget(self) -> None:
        """Forget what is known."""
        self.shown.clear()
        self.chance = np.ones(len(self.kinds[0]))

    def __len__(self) -> int:
        return self.views

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng([self.seed, number])
        thing = int(rng.random() < 0.5)
        kind = self.kinds[thing]
        at = int(rng.integers(len(kind)))
        while not thing and rng.random() > self.chance[at]:
            at = int(rng.integers(len(kind)))
        if not thing:
            self.shown[number] = at
        x, y = rng.uniform(-ASIDE, ASIDE, 2) * kind[at].across
        view = unrolled(kind[at]._replace(x=kind[at].x + x, y=kind[at].y + y), _varied(rng))
        mean, deviation = cv2.meanStdDev(view.reshape(-1, 1))
        view = relit(view, (mean.item(), max(deviation.item(), FAINTEST)), rng)
        if rng.random() < ODD:
            view = view[..., rng.permutation(3)]
        if rng.random() < ODD:
            view = 255 - view
        return torch.from_numpy(view.transpose(2, 0, 1)), torch.tensor(float(thing))

    def heed(self, rows: Sequence[int], prediction: Tensor, target: Tensor) -> None:
        """Remember of what is no thing how likely the network holds it to be one."""
        for number, likely in zip(rows, prediction.sigmoid().tolist(), strict=True):
            if (at := self.shown.pop(number, None)) is not None:
                self.chance[at] = min(max(2 * likely, EASIEST), 1.0)

    def state_dict(self) -> dict[str, Tensor]:
        """Return what is known."""
        return {"chance": torch.from_numpy(self.chance.copy())}

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """Take back what `state_dict` returned."""
        self.chance = tensors["chance"].numpy().copy()


def cuts_of(pictures: Pictures, found: Candidates) -> list[Cut]:
    """Return what was found, each picture opened once."""
    cuts = []
    for row in np.unique(found.rows):
        image, there = pictures.image(int(row)), found.rows == row
        widths = width_of(found.areas[there])
        for (x, y), width in zip(found.centres[there], widths, strict=True):
            cuts.append(cut_out(image, float(x), float(y), float(width)))
    return cuts


def _varied(rng: np.random.Generator) -> np.ndarray:
    """Return a random turn, mirroring, scale and stretch (2, 2)."""
    angle, mirror = rng.uniform(0, 2 * np.pi), rng.choice((-1.0, 1.0))
    stretch, scale = STRETCH ** rng.uniform(-1, 1), SCALE ** rng.uniform(-1, 1)
    cosine, sine, along, across = math.cos(angle), math.sin(angle), stretch * scale, scale / stretch
    return np.array(
        [[cosine * along, -sine * across], [mirror * sine * along, mirror * cosine * across]]
    )


def learn_second_look(
    pipeline: Pipeline,
    train: Pictures,
    found: Candidates,
    *,
    seconds: float | None = None,
    progress: bool | Callable[[float], None] = False,
) -> SecondLook | None:
    """Train the network on what the first one marked in the training part; None where that is too
    little to learn from.

    Args:
        pipeline: the first network.
        train: the training part.
        found: what is marked in some of it, with all things there.
        seconds: after which the training ends, its learning rate led down by the clock.
        progress: show a bar or none; a function is told the share that is done.
    """
    right, wrong = np.flatnonzero(found.right), np.flatnonzero(found.beside & ~found.right)
    if min(len(right), len(wrong)) < FEWEST:
        return None
    surest = wrong[np.argsort(-found.sure[wrong], kind="stable")[:KEPT]]
    false, true = (cuts_of(train, found[those]) for those in (surest, right[:KEPT]))
    settings = pipeline.settings
    shown = min(EACH * len(train) * settings.epochs, MOST)
    views = ViewDataset(false, true, shown, settings.seed)
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
