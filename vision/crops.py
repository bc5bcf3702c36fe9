"""Squares cut out of the training pictures, so that small and rare things are seen often.

A pad is half a per cent of a frame: whoever trains on whole frames looks at land. Half of the
squares show a thing; the others lie where a picture has contrast, for there is what a thing is
mistaken for, or anywhere. The network takes pictures of any size, and answers for whole ones.
"""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from vision.augment import augment
from vision.connected_components import connected_components
from vision.data import Pictures
from vision.geometry import Placement
from vision.loss import IGNORE_INDEX
from vision.settings import LEAST_CROP

SHOWING = 0.5
"""Share of the squares that show a thing, where there are any."""
CONTRAST = 0.6
"""Share of the others that lie where there is contrast."""
ASIDE = 0.33
"""How far a thing may lie from the middle of its square, in sides, along both axes."""
CELLS = 32
"""Cells of a picture along a side, of which each has its contrast."""
NEAR = 5
"""Cells, along a side, over which contrast is measured."""
RARE = 0.02
"""Share of the pixels that things cover at most where squares are better than whole pictures."""
SAMPLE = 200
"""Pictures that are looked at for that."""


class Thing(NamedTuple):
    """Where an object is: its picture's row, and its centre."""

    row: int
    x: float
    y: float


class CropDataset(Dataset):
    """Pairs (square, mask) as tensors: of each picture as many squares as would cover it.

    A map-style torch Dataset. What a square shows comes from (seed, epoch, number) alone.

    Args:
        pair: from a row to a picture (size, size, 3) uint8 RGB and its mask (size, size) uint8.
        rows: how many there are.
        size: of the pictures, pixels.
        side: of the squares.
        augmented: whether they are turned and recoloured at random too.
    """

    def __init__(
        self,
        pair: Callable[[int], tuple[np.ndarray, np.ndarray]],
        rows: int,
        size: int,
        side: int,
        *,
        seed: int,
        augmented: bool = True,
    ) -> None:
        self.pair, self.rows, self.size, self.side = pair, rows, size, side
        self.seed, self.augmented, self.epoch = seed, augmented, 0
        self.each = max(1, round((size / side) ** 2))
        self.things: list[Thing] = []
        self.weights = np.empty((rows, CELLS * CELLS), np.float32)
        for row in range(rows):
            image, mask = pair(row)
            found, _ = connected_components(np.where(mask == IGNORE_INDEX, 0, mask))
            self.things += [Thing(row, *one.centre) for one in found]
            self.weights[row] = np.cumsum(contrast(image))

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.rows * self.each

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng([self.seed, self.epoch, number])
        row, x, y = self._place(rng, number // self.each)
        image, mask = self.pair(row)
        if self.augmented:
            image, mask = augment(image, mask, rng, around=(x, y), side=self.side)
        else:
            left, top = (
                round(min(max(at - self.side / 2, 0), self.size - self.side)) for at in (x, y)
            )
            part = slice(top, top + self.side), slice(left, left + self.side)
            image, mask = np.ascontiguousarray(image[part]), mask[part].copy()
        return torch.from_numpy(image).permute(2, 0, 1), torch.from_numpy(mask)

    def _place(self, rng: np.random.Generator, row: int) -> Thing:
        """Draw the middle of a square: near a thing, or somewhere in the picture of that row."""
        if self.things and rng.random() < SHOWING:
            thing = self.things[rng.integers(len(self.things))]
            x, y = rng.uniform(-ASIDE, ASIDE, 2) * self.side
            return Thing(thing.row, thing.x + x, thing.y + y)
        if rng.random() < CONTRAST:
            cell = min(int(np.searchsorted(self.weights[row], rng.random())), CELLS * CELLS - 1)
            x, y = (np.array([cell % CELLS, cell // CELLS]) + rng.random(2)) * self.size / CELLS
            return Thing(row, float(x), float(y))
        x, y = rng.uniform(self.side / 4, self.size - self.side / 4, 2)
        return Thing(row, float(x), float(y))


def contrast(image: np.ndarray) -> np.ndarray:
    """Return how much of a picture's contrast each of its cells has, (CELLS²,), 1 in sum.

    The contrast of a cell is the variance of the colours around it.

    >>> image = np.zeros((64, 64, 3), np.uint8)
    >>> image[8:12, 40:44] = 255
    >>> divmod(int(contrast(image).argmax()), CELLS)[0] < 8
    True
    """
    fine = cv2.resize(image, (2 * CELLS, 2 * CELLS), interpolation=cv2.INTER_AREA)
    fine = fine.astype(np.float32)
    mean = cv2.boxFilter(fine, -1, (NEAR, NEAR))
    variance = cv2.boxFilter(fine * fine, -1, (NEAR, NEAR)) - mean * mean
    cells = cv2.resize(variance.sum(2), (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    weights = np.maximum(cells, 0).ravel() + 1e-3
    return weights / weights.sum()


def side_for(pictures: Pictures, size: int) -> int:
    """Return the side of squares to train on, 0 where whole pictures are the better choice.

    Squares are for what is small and rare on a canvas of `size` pixels: nine of ten things fit
    well into a quarter of its side, and all of them cover less than `RARE` of it.
    """
    sides, covered, seen = [], 0, 0
    for row in np.linspace(0, len(pictures) - 1, min(len(pictures), SAMPLE)).astype(int):
        own = pictures.mask(int(row))
        mask = Placement.of(own, size).apply(own, fill=IGNORE_INDEX, nearest=True)
        found, _ = connected_components(mask)
        sides += [max(one.box[2:]) for one in found]
        covered += sum(one.area for one in found)
        seen += int((mask != IGNORE_INDEX).sum())
    if not sides or covered > RARE * seen:
        return 0
    side = size // 4
    return side if side >= LEAST_CROP and 1.4 * np.quantile(sides, 0.9) <= side else 0
