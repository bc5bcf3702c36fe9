"""Large pictures, square by square, at their own scale: what is thin would vanish if they shrank.

Training cuts pictures into squares of the network's size. An answer is put together from tiles,
each computed with a margin as wide as the network sees and kept without it: no seam is left, and
the network's memory grows with the tile, not with the picture.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from vision.data import Pictures, Store
from vision.loss import IGNORE_INDEX
from vision.tile_grid import CORE, Tile, tiles


def outputs_by_tile(
    outputs: Callable[[Iterable[Tensor]], Iterator[Tensor]],
    image: np.ndarray,
    stride: int,
    *,
    core: int = CORE,
) -> Iterator[tuple[tuple[slice, slice], Tensor]]:
    """Yield what a network says of a picture (height, width, 3), tile by tile.

    Args:
        outputs: from batches (1, 3, h, w) to the network's (1, channels, h, w), in their order.
        image: uint8 RGB.
        stride: of the network.
        core: side of what is kept of a tile, at least.

    Yields:
        The rows and columns, and the output (channels, h, w) there.
    """
    waiting: deque[Tile] = deque()

    def batches() -> Iterator[Tensor]:
        for tile in tiles(image.shape[0], image.shape[1], stride=stride, core=core):
            waiting.append(tile)
            yield torch.from_numpy(image[tile.seen].copy()).permute(2, 0, 1).unsqueeze(0)

    for output in outputs(batches()):
        tile = waiting.popleft()
        rows, columns = tile.inner
        yield tile.kept, output[0, :, rows, columns]


@dataclass
class Crops:
    """Squares of pictures as a store of pictures; what lies beyond a picture's edge nobody knows.

    places: of each square, the picture's row, and the square's first row and column. The last
    picture and the last mask that were opened are kept, so that in their order each is read once.
    """

    store: Store
    size: int
    places: list[tuple[int, int, int]]
    _kept: dict[str, tuple[int, np.ndarray]] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> list[str]:
        return [f"{self.store.names[row]} {left},{top}" for row, top, left in self.places]

    def image(self, row: int) -> np.ndarray:
        return self._cut("image", row, 0)

    def mask(self, row: int) -> np.ndarray:
        return self._cut("mask", row, IGNORE_INDEX)

    def checksum(self, row: int) -> bytes:
        return self.store.checksum(self.places[row][0])

    def _cut(self, kind: str, row: int, fill: int) -> np.ndarray:
        picture, top, left = self.places[row]
        if kind not in self._kept or self._kept[kind][0] != picture:
            self._kept[kind] = (picture, getattr(self.store, kind)(picture))
        part = self._kept[kind][1][top : top + self.size, left : left + self.size]
        square = np.full((self.size, self.size, *part.shape[2:]), fill, np.uint8)
        square[: part.shape[0], : part.shape[1]] = part
        return square


def crops(pictures: Pictures, size: int, most: int) -> tuple[Pictures, int]:
    """Return pictures cut into squares, and how many there were before some were left out.

    The squares of a picture are evenly spaced and cover it. Where there are more than `most`,
    those that show nothing are left out first, then others, evenly.
    """
    places: list[tuple[int, int, int]] = []
    telling: list[bool] = []
    for row in pictures.rows.tolist():
        mask = pictures.store.mask(row)
        for top in _starts(mask.shape[0], size):
            for left in _starts(mask.shape[1], size):
                part = mask[top : top + size, left : left + size]
                places.append((row, top, left))
                telling.append(bool(((part != 0) & (part != IGNORE_INDEX)).any()))
    full, empty = np.flatnonzero(telling), np.flatnonzero(~np.array(telling, bool))
    full = _evenly(full, most)
    rows = np.sort(np.concatenate([full, _evenly(empty, most - len(full))]))
    store = Crops(pictures.store, size, [places[row] for row in rows])
    cut = replace(pictures, store=store, rows=np.arange(len(rows)), split_by={})
    return cut, len(places)


def _starts(length: int, size: int) -> list[int]:
    count = max(-(-length // size), 1)
    return np.linspace(0, max(length - size, 0), count).round().astype(int).tolist()


def _evenly(rows: np.ndarray, most: int) -> np.ndarray:
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(int)]
