"""Squares cut out of the training pictures, so that small and rare things are seen often.

A pad is a hundredth of a frame: whoever trains on whole frames looks at land. Half of the
squares show a thing. Most of the others show again what the network took for one (**hard negative
mining**); the rest lie where a picture has contrast, for there is what a thing is mistaken for, or
anywhere. The network takes pictures of any size, and answers for whole ones.

Source: Shrivastava et al., "Training Region-based Object Detectors with Online Hard Example Mining"
(2016), for the idea; here places are remembered, not losses within a batch.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from vision.augment import affine, seen_through
from vision.connected_components import connected_components
from vision.data import Pictures
from vision.geometry import Placement
from vision.loss import IGNORE_INDEX
from vision.settings import LEAST_CROP

SHOWING = 0.5
"""Share of the squares that show a thing, where there are any."""
HARD = 0.6
"""Share of the others that show a place that the network was mistaken in, once some are known."""
CONTRAST = 0.5
"""Share of those left over that lie where there is contrast."""
KNOWN, FEWEST = 6000, 300
"""Places that are remembered, those where it was surest; from so many on they are shown."""
JITTER = 0.2
"""How far such a place may lie from the middle of its square, in sides."""
ASIDE = 0.33
"""How far a thing may lie from the middle of its square, in sides, along both axes."""
CELLS = 32
"""Cells of a picture along a side, of which each has its contrast."""
NEAR = 5
"""Cells, along a side, over which contrast is measured."""
PART = 3 / 16
"""Of a picture's side."""
RARE = 0.02
"""Share of the pixels that things cover at most where squares are better than whole pictures."""
SAMPLE = 200
"""Pictures that are looked at for that."""


class Place(NamedTuple):
    """A place in a picture: its row, and pixels; of a remembered one, its number, else -1."""

    row: int
    x: float
    y: float
    number: int = -1


class Shown(NamedTuple):
    """What a square showed: the place in its middle, whether it was put around a thing, and the map
    (2, 3) from the picture to it."""

    place: Place
    thing: bool
    matrix: np.ndarray


class CropDataset(Dataset):
    """Pairs (square, mask) as tensors: of each picture as many squares as would cover it.

    A map-style torch Dataset. What a square shows comes from (seed, epoch, number), and from what
    was heeded before.

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
        self.things: list[Place] = []
        self.shown: dict[int, Shown] = {}
        self.hard: np.ndarray
        """Rows of pictures, x, y, and the probability of something there."""
        self._sums: np.ndarray | None
        self.forget()
        self.weights = np.empty((rows, CELLS * CELLS), np.float32)
        for row in range(rows):
            image, mask = pair(row)
            found, _ = connected_components(np.where(mask == IGNORE_INDEX, 0, mask))
            self.things += [Place(row, *one.centre) for one in found]
            self.weights[row] = np.cumsum(contrast(image))

    def forget(self) -> None:
        """Forget all hard places."""
        self.shown.clear()
        self.hard, self._sums = np.empty((0, 4)), None

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.rows * self.each

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng([self.seed, self.epoch, number])
        place, thing = self._place(rng, number // self.each)
        image, mask = self.pair(place.row)
        if self.augmented:
            matrix = affine(self.size, self.size, rng)
            matrix[:, 2] = (self.side - 1) / 2 - matrix[:, :2] @ place[1:3]
            square = seen_through(image, mask, matrix, (self.side, self.side), rng)
        else:
            left, top = (
                round(min(max(at - self.side / 2, 0), self.size - self.side)) for at in place[1:3]
            )
            matrix = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top]])
            part = slice(top, top + self.side), slice(left, left + self.side)
            square = np.ascontiguousarray(image[part]), mask[part].copy()
        self.shown[number] = Shown(place, thing, matrix)
        return torch.from_numpy(square[0]).permute(2, 0, 1), torch.from_numpy(square[1])

    def _place(self, rng: np.random.Generator, row: int) -> tuple[Place, bool]:
        """Draw the middle of a square, and say whether it was put around a thing."""
        if self.things and rng.random() < SHOWING:
            thing = self.things[rng.integers(len(self.things))]
            x, y = rng.uniform(-ASIDE, ASIDE, 2) * self.side
            return Place(thing.row, thing.x + x, thing.y + y), True
        if len(self.hard) >= FEWEST and rng.random() < HARD:
            number = min(int(np.searchsorted(self._ladder(), rng.random())), len(self.hard) - 1)
            x, y = rng.uniform(-JITTER, JITTER, 2) * self.side
            row, left, top = self.hard[number, :3].tolist()
            return Place(int(row), left + x, top + y, number), False
        if rng.random() < CONTRAST:
            cell = min(int(np.searchsorted(self.weights[row], rng.random())), CELLS * CELLS - 1)
            x, y = (np.array([cell % CELLS, cell // CELLS]) + rng.random(2)) * self.size / CELLS
            return Place(row, float(x), float(y)), False
        x, y = rng.uniform(self.side / 4, self.size - self.side / 4, 2)
        return Place(row, float(x), float(y)), False

    def _ladder(self) -> np.ndarray:
        """Return sums of weights, up to 1, by which hard places are drawn: who was twice as sure
        there is shown four times as often."""
        if self._sums is None:
            squares = np.square(self.hard[:, 3]) + 1e-9
            self._sums = np.cumsum(squares / squares.sum())
        return self._sums

    def heed(self, rows: Sequence[int], prediction: Tensor, target: Tensor) -> None:
        """Remember where the network saw something in the background, and how sure it was.

        Args:
            rows: the squares of a step, by number.
            prediction: logits (batch, channels, side, side).
            target: class ids (batch, side, side).
        """
        likely = prediction.sigmoid() if prediction.shape[1] == 1 else prediction.softmax(1)[:, 1:]
        wrong = torch.where(target == 0, likely.amax(1), 0.0).flatten(1)
        sure, at = (part.cpu().numpy() for part in wrong.max(1))
        new = []
        for i, number in enumerate(rows):
            place, thing, matrix = self.shown.pop(number)
            if place.number >= 0:
                self.hard[place.number, 3] = sure[i]
            elif not thing:
                pixel = np.array([at[i] % self.side, at[i] // self.side], float)
                x, y = np.linalg.solve(matrix[:, :2], pixel - matrix[:, 2])
                if 0 <= x < self.size and 0 <= y < self.size:
                    new.append((place.row, x, y, sure[i]))
        self._sums = None
        self.hard = np.concatenate([self.hard, np.array(new).reshape(-1, 4)])
        if len(self.hard) > KNOWN:
            surest = np.argsort(-self.hard[:, 3], kind="stable")[: KNOWN * 9 // 10]
            self.hard = self.hard[surest]

    def state_dict(self) -> dict[str, Tensor]:
        """Return the hard places that are known."""
        return {"hard": torch.from_numpy(self.hard.copy())}

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """Take back what `state_dict` returned; raise ValueError where it is that of others."""
        hard = tensors["hard"].numpy().astype(np.float64)
        if hard.ndim != 2 or hard.shape[1] != 4 or not np.isfinite(hard).all():
            raise ValueError("hard places: expected four numbers each")
        if len(hard) and not 0 <= hard[:, 0].min() <= hard[:, 0].max() < self.rows:
            raise ValueError("hard places of other pictures")
        self.hard, self._sums = hard, None


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
    into squares of `PART` of its side, and all of them cover less than `RARE` of it.
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
    side = round(PART * size)
    return side if side >= LEAST_CROP and np.quantile(sides, 0.9) <= side else 0
