"""From pictures with masks to tensors: one square for all, and chance for the training part.

    picture of any size -> letterbox -> (3, size, size) uint8       the network does the rest:
    mask of class ids   -> letterbox -> (size, size) uint8          (colours are scaled there)
                                        255 where the canvas is not the picture

The canvas keeps the picture's proportions, and what was drawn on it goes back to the picture's own
size with `Placement.back`.
"""

import copy
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from common.errors import UserError
from common.i18n import count_of
from common.preprocessing import Preprocessing
from vision.augment import augment
from vision.crops import CropDataset
from vision.data import Pictures
from vision.decision import Decision
from vision.geometry import letterbox
from vision.loss import IGNORE_INDEX
from vision.tiles import crops

CACHED_BYTES = 2**30
"""Bytes of canvases kept in memory; a larger set is read from its files again and again."""
_FITTED_TO = "pictures are fitted to {side} pixels, proportions kept"
COLOUR_SAMPLE = 200
"""Pictures that the colours are measured on."""


class PicturePreprocessing(Preprocessing):
    """Prepares pictures and masks.

    size: side of the canvas, or with `tiles` of the squares that pictures are cut into. augmented:
    whether the training part is changed at random; what happens to a picture comes from (seed,
    epoch, picture) alone, so that a resumed training sees what it would have seen. crop: side of
    the squares that are cut out of the canvases for training, 0 for whole ones: `vision.crops`.

    decision: how the network's probabilities become objects; `deciding` returns another.
    """

    def __init__(
        self,
        *,
        size: int = 256,
        augmented: bool = True,
        seed: int = 0,
        tiles: bool = False,
        crop: int = 0,
    ) -> None:
        self.size, self.augmented, self.seed, self.tiles = size, augmented, seed, tiles
        self.crop, self.decision = crop, Decision()
        self.notes: list[str] = []

    @property
    def channels(self) -> int:
        """Channels of the network's answer: 1 where there is one thing to find."""
        return 1 if len(self.classes) == 2 else len(self.classes)

    @property
    def most(self) -> int:
        """Squares that pictures are cut into at most: so many are kept in memory."""
        return CACHED_BYTES // self.needed(1)

    def needed(self, pictures: int) -> int:
        """Return how many bytes so many pictures and their masks take, fitted to the canvas."""
        return pictures * 4 * self.size**2

    def fit(self, train: Pictures) -> Self:
        self.classes = tuple(train.classes)
        fitted_to = _FITTED_TO.format(side=f"{self.size}x{self.size}")
        if self.tiles:
            train, there = crops(train, self.size, self.most)
            left_out = f", of which {len(train):,} fit into memory" if there > len(train) else ""
            fitted_to = (
                f"pictures are cut into {count_of(there, 'square')} of {self.size}x{self.size} "
                f"pixels for training{left_out}"
            )
        rows = np.linspace(0, len(train) - 1, min(len(train), COLOUR_SAMPLE)).astype(int)
        total, squares, pixels, shown = np.zeros(3), np.zeros(3), 0, 0
        for row in rows:
            canvas, mask = fitted(train, int(row), self.size)
            seen = canvas[mask != IGNORE_INDEX].astype(np.float64)
            total += seen.sum(0)
            squares += np.square(seen).sum(0)
            pixels += len(seen)
            shown += int(((mask != 0) & (mask != IGNORE_INDEX)).sum())
        self.mean = (total / pixels).astype(np.float32)
        spread = np.sqrt(np.maximum(squares / pixels - np.square(total / pixels), 0))
        self.std = np.maximum(spread, 1.0).astype(np.float32)
        self.notes = [
            fitted_to,
            f"{', '.join(self.classes[1:])}: {100 * shown / pixels:.2f} % of the pixels",
        ]
        if not self.tiles and self.needed(len(train)) > CACHED_BYTES:
            self.notes.append(
                f"{self.needed(len(train)) / 2**30:.1f} GB of pictures for training are more than "
                f"is kept in memory: each is read from its file whenever it is its turn"
            )
        if self.crop:
            cut = f"{self.crop}x{self.crop}"
            self.notes.append(f"training sees squares of {cut} pixels, half of them around objects")
        return self

    def continued(self, train: Pictures, *, unfitted: Self) -> Self:
        """Return how this training fits pictures, with the classes and colours of this one."""
        if strange := [name for name in train.classes if name not in self.classes]:
            known = ", ".join(self.classes[1:])
            raise UserError(
                f"classes that the network does not know: {', '.join(strange)}; it learned {known}",
                ru=f"классы, которых сеть не знает: {', '.join(strange)}; она училась на: {known}",
            )
        other = copy.copy(unfitted)
        other.classes, other.mean, other.std = self.classes, self.mean, self.std
        side = f"{other.size}x{other.size}"
        other.notes = [] if other.tiles else [_FITTED_TO.format(side=side)]
        return other

    def transform(self, examples: Pictures) -> Dataset:
        return InputDataset(examples, self.size)

    def data(self, examples: Pictures, *, training: bool = False) -> Any:
        seed = self.seed if training and self.augmented else None
        if self.tiles:
            examples, _ = crops(examples, self.size, self.most)
        if training and self.crop:
            plain = SegmentationDataset(examples, self.size)
            return CropDataset(
                plain.pair,
                len(plain),
                self.size,
                self.crop,
                seed=self.seed,
                augmented=self.augmented,
            )
        canvases = SegmentationDataset(examples, self.size, seed=seed)
        if seed is None and canvases.kept:
            return canvases.tensors()
        return canvases

    def deciding(self, decision: Decision) -> Self:
        """Return the same preparation with another decision."""
        other = copy.copy(self)
        other.decision = decision
        return other

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        values = {
            "size": self.size,
            "augmented": self.augmented,
            "seed": self.seed,
            "tiles": self.tiles,
            "crop": self.crop,
            "classes": list(self.classes),
            "decision": self.decision.to_dict(),
        }
        return values, {"mean": self.mean, "std": self.std, **self.decision.arrays()}

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        size, classes = values["size"], values["classes"]
        if type(size) is not int or not 16 <= size <= 2**14:
            raise UserError(f"size: {size!r}, expected a whole number from 16")
        named = isinstance(classes, list) and all(isinstance(name, str) for name in classes)
        if not named or not 2 <= len(classes) <= IGNORE_INDEX:
            raise UserError(f"classes: {classes!r}, expected two names or more")
        prepared = cls(
            size=size,
            augmented=bool(values["augmented"]),
            seed=int(values["seed"]),
            # Runs of before have no word of what follows.
            tiles=bool(values.get("tiles", False)),
            crop=int(values.get("crop", 0)),
        )
        prepared.decision = Decision.from_dict(values.get("decision", Decision().to_dict()), arrays)
        prepared.classes = tuple(classes)
        for name in ("mean", "std"):
            array = np.asarray(arrays[name])
            if array.shape != (3,) or array.dtype != np.float32 or not np.isfinite(array).all():
                raise UserError(f"{name}: expected three numbers")
            setattr(prepared, name, array)
        if (prepared.std <= 0).any():
            raise UserError("std: expected numbers above 0")
        return prepared


def fitted(examples: Pictures, row: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture (size, size, 3) and its mask (size, size), 255 beside the picture."""
    canvas, placement = letterbox(examples.image(row), size)
    return canvas, placement.apply(examples.mask(row), fill=IGNORE_INDEX, nearest=True)


class SegmentationDataset(Dataset):
    """Pairs (picture, mask) as tensors, kept in memory if they are not too many.

    A map-style torch Dataset: a DataLoader asks it for rows. seed: of the data augmentation; None
    leaves them as they are.
    """

    def __init__(self, examples: Pictures, size: int, *, seed: int | None = None) -> None:
        self.examples, self.size, self.seed, self.epoch = examples, size, seed, 0
        self.kept = len(examples) * size * size * 4 <= CACHED_BYTES
        if self.kept:
            self.images = np.empty((len(examples), size, size, 3), np.uint8)
            self.masks = np.empty((len(examples), size, size), np.uint8)
            for row in range(len(examples)):
                self.images[row], self.masks[row] = fitted(examples, row, size)

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.examples)

    def pair(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Return a picture (size, size, 3) and its mask (size, size), as they are."""
        if self.kept:
            return self.images[row], self.masks[row]
        return fitted(self.examples, row, self.size)

    def __getitem__(self, row: int) -> tuple[Tensor, Tensor]:
        image, mask = self.pair(row)
        if self.seed is not None:
            image, mask = augment(image, mask, np.random.default_rng([self.seed, self.epoch, row]))
        return torch.from_numpy(image).permute(2, 0, 1), torch.from_numpy(mask)

    def tensors(self) -> tuple[Tensor, Tensor]:
        """Return all pairs as two tensors, without copying them."""
        return torch.from_numpy(self.images).permute(0, 3, 1, 2), torch.from_numpy(self.masks)


class InputDataset(Dataset):
    """Pictures alone, each on its canvas, (3, size, size) uint8."""

    def __init__(self, examples: Pictures, size: int) -> None:
        self.examples, self.size = examples, size

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, row: int) -> Tensor:
        canvas, _ = letterbox(self.examples.image(row), self.size)
        return torch.from_numpy(canvas).permute(2, 0, 1)
