"""Tiles that cover a picture, with a margin as wide as the network sees.

An exported run takes this file along, so it needs the standard library alone.
"""

from collections.abc import Iterator
from typing import NamedTuple

CORE = 512
"""Side of the part of a tile that is kept, at least."""
SEEN = 5
"""A pixel's answer depends on pixels up to this many strides of the network away: the radii of all
convolutions together, 2 + Σ s + Σ 2s + Σ s over the strides s = 2, 4, … of the steps, and a cell of
the last one, are less than five of it."""


class Tile(NamedTuple):
    """A tile of a picture. seen: its rows and columns with the margin; kept: those without it."""

    seen: tuple[slice, slice]
    kept: tuple[slice, slice]

    @property
    def inner(self) -> tuple[slice, slice]:
        """Where what is kept lies within what is seen."""
        rows, columns = (
            slice(kept.start - seen.start, kept.stop - seen.start)
            for kept, seen in zip(self.kept, self.seen, strict=True)
        )
        return rows, columns


def tiles(height: int, width: int, *, stride: int, core: int = CORE) -> Iterator[Tile]:
    """Yield tiles that cover a picture once with what is kept of them, row by row.

    They begin at multiples of the network's stride, so that its cells lie in each as in the whole
    picture, and end with the picture, so that its padding lies there too.

    >>> [tile.kept for tile in tiles(8, 20, stride=4, core=16)]
    [(slice(0, 8, None), slice(0, 16, None)), (slice(0, 8, None), slice(16, 20, None))]
    """
    step = -(-core // stride) * stride
    margin = SEEN * stride
    for top in range(0, height, step):
        for left in range(0, width, step):
            kept = (slice(top, min(top + step, height)), slice(left, min(left + step, width)))
            rows, columns = (
                slice(max(part.start - margin, 0), min(part.stop + margin, whole))
                for part, whole in zip(kept, (height, width), strict=True)
            )
            yield Tile((rows, columns), kept)
