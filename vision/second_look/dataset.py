"""What the second look learns from: things and look-alikes, each time seen a little differently.

A batch is drawn at once: what NumPy does to one view it does to 64 in little more time.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from vision.augment import ACROSS, BRIGHTNESS, GREY, NOISE, OFF_GREY
from vision.candidates import Candidates
from vision.data import Pictures
from vision.second_look.polar_sampling import (
    ANGLES,
    CIRCLES,
    FAINTEST,
    RINGS,
    Cut,
    completed,
    cut_out,
    sampled,
)

SCALE, STRETCH, ASIDE = 1.15, 1.08, 0.07
"""What is marked is not all of a thing: by so much are its width, its shape (it is seen aslant) and
its middle varied, the last in widths."""
ODD = 0.25
"""Share of the views whose colours are exchanged, and share of those that become a negative: what
tells a thing is its shape."""
EASIEST = 0.1
"""Share of times that what is known to be no thing is shown, of those that it comes up."""
CLOSE_UPS = 0.4
"""Share of the views that show a close-up, however many there are: a letter is learned from them,
and from the others what a thing looks like from afar."""


class ViewDataset(Dataset):
    """Pairs (view, 1.0 of a thing or 0.0), half of them things, each seen a little differently.

    view: (3, RINGS, ANGLES) float32 from 0 to 255, not scaled yet.

    A map-style torch Dataset. What a view shows comes from the seed, from the numbers in its batch,
    and from what was heeded before: what is known to be no thing is shown seldom.

    Args:
        wrong: what is no thing.
        right: things.
        views: how many are shown.
        close: how many of the last of each kind are close-ups.
    """

    def __init__(
        self,
        wrong: Sequence[Cut],
        right: Sequence[Cut],
        views: int,
        seed: int,
        *,
        close: tuple[int, int] = (0, 0),
    ) -> None:
        self.kinds, self.views, self.seed, self.close = (wrong, right), views, seed, close
        self.shown: dict[int, int] = {}
        self.forget()

    def forget(self) -> None:
        """Forget what is known."""
        self.shown.clear()
        self.chance = np.ones(len(self.kinds[0]))

    def __len__(self) -> int:
        return self.views

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        return self.__getitems__([number])[0]

    def __getitems__(self, numbers: list[int]) -> list[tuple[Tensor, Tensor]]:
        """Return a batch: a DataLoader asks so where it can."""
        rng, count = np.random.default_rng([self.seed, *numbers]), len(numbers)
        things = rng.random(count) < 0.5
        wrong, right = (
            rng.choice(len(chance), count, p=_shares(chance, close))
            for chance, close in zip(
                (self.chance, np.ones(len(self.kinds[1]))), self.close, strict=True
            )
        )
        at = np.where(things, right, wrong)
        places = np.matmul(CIRCLES.reshape(-1, 2), _varied(count, rng))
        places += rng.uniform(-ASIDE, ASIDE, (count, 1, 2)).astype(np.float32)
        views = np.empty((count, RINGS, ANGLES, 3), np.float32)
        for i, (number, thing, one) in enumerate(
            zip(numbers, things.tolist(), at.tolist(), strict=True)
        ):
            if not thing:
                self.shown[number] = one
            views[i] = sampled(self.kinds[thing][one], places[i].reshape(CIRCLES.shape))
        views = relit(views, rng)
        for i in np.flatnonzero(rng.random(count) < ODD).tolist():
            views[i] = views[i][..., rng.permutation(3)]
        negative = rng.random(count) < ODD
        views[negative] = 255 - views[negative]
        inputs = torch.from_numpy(np.ascontiguousarray(views.transpose(0, 3, 1, 2)))
        return list(zip(inputs, torch.from_numpy(things.astype(np.float32)), strict=True))

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


def _shares(chance: np.ndarray, close: int) -> np.ndarray:
    """Return how often each is shown, 1 in sum: the last `close` of them in `CLOSE_UPS` of all."""
    shares, far = chance / chance.sum(), len(chance) - close
    if close and far:
        shares[:far] *= (1 - CLOSE_UPS) / shares[:far].sum()
        shares[far:] *= CLOSE_UPS / shares[far:].sum()
    return shares


def cuts_of(pictures: Pictures, found: Candidates) -> list[Cut]:
    """Return what was found, each picture opened once."""
    cuts = []
    for row in np.unique(found.rows):
        image, there = pictures.image(int(row)), found.rows == row
        for (x, y), area in zip(found.centres[there], found.areas[there], strict=True):
            whole = completed(float(x), float(y), float(area), image.shape)
            cuts.append(cut_out(image, *whole))
    return cuts


def _varied(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return random turns, mirrorings, scales and stretches, (count, 2, 2) float32, for places that
    stand left of them."""
    angle, mirror = rng.uniform(0, 2 * np.pi, count), rng.choice((-1.0, 1.0), count)
    stretch, scale = STRETCH ** rng.uniform(-1, 1, count), SCALE ** rng.uniform(-1, 1, count)
    cosine, sine, along, across = np.cos(angle), np.sin(angle), stretch * scale, scale / stretch
    rows = [[cosine * along, mirror * sine * along], [-sine * across, mirror * cosine * across]]
    return np.array(rows).transpose(2, 0, 1).astype(np.float32)


def relit(views: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return views (n, rings, angles, 3) float32 in random light, some blurred, some noisy: what
    `vision.augment.relit` does to a picture."""
    count, shape = len(views), views.shape
    pixels = views.reshape(count, -1, 3)
    mean, deviation = pixels.mean((1, 2)), np.maximum(pixels.std((1, 2)), FAINTEST)
    matrices, offsets = _colours(mean, deviation, rng)
    views = (np.matmul(pixels, matrices) + offsets).clip(0, 255).reshape(shape)
    for i in np.flatnonzero(rng.random(count) < 0.25).tolist():
        views[i] = cv2.GaussianBlur(views[i], (0, 0), rng.uniform(0.4, 1.2))
    noisy = np.flatnonzero(rng.random(count) < 0.5)
    noise = rng.standard_normal((len(noisy), *shape[1:]), np.float32)
    level = deviation[noisy] * rng.uniform(*NOISE, len(noisy)).astype(np.float32)
    views[noisy] += noise * level[:, None, None, None]
    return views.clip(0, 255)


def _colours(
    mean: np.ndarray, deviation: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return random changes of contrast, saturation, hue, white balance and brightness: matrices
    (n, 3, 3) for colours that stand left of them, and offsets (n, 1, 1), both float32."""
    count = len(mean)
    angle = rng.normal(0, 0.12, (count, 1, 1))
    saturation = 1.4 ** rng.uniform(-1, 1, (count, 1, 1))
    contrast, balance = 1.3 ** rng.uniform(-1, 1, count), 1.08 ** rng.uniform(-1, 1, (count, 3, 1))
    brightness = deviation * rng.uniform(-BRIGHTNESS, BRIGHTNESS, count)
    turn = np.cos(angle) * OFF_GREY + np.sin(angle) * ACROSS
    matrices = contrast[:, None, None] * balance * (GREY + saturation * turn)
    # Contrast pivots on the view's own brightness.
    offsets = (mean * (1 - contrast) + brightness)[:, None, None]
    return matrices.transpose(0, 2, 1).astype(np.float32), offsets.astype(np.float32)
