"""What a table of prices is, once it has been read."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd

from common.memory_mapped import taken
from tabular.columns import coordinate_columns

BLOCK = 100_000
"""Rows that are hashed at once."""


@dataclass(frozen=True)
class PriceTable:
    """Flats with their prices.

    frame: every column but the price; its index is the row in the file, for messages.
    price: (n,) float64, in `currency` ("₽", "$", "€" or "" where nothing tells).
    fair_price: (n,) what a perfect valuer would say, where the market is simulated.
    """

    frame: pd.DataFrame
    price: np.ndarray
    currency: str = ""
    fair_price: np.ndarray | None = None
    notes: list[str] = field(default_factory=list)
    split_by: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def coordinates(self) -> tuple[str, str] | None:
        """The names of the columns of latitude and longitude, where there are any."""
        return coordinate_columns(self.frame)

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, rows: np.ndarray) -> Self:
        fair = None if self.fair_price is None else self.fair_price[rows]
        return replace(
            self,
            frame=taken(self.frame, rows),
            price=self.price[rows],
            fair_price=fair,
            split_by={name: column[rows] for name, column in self.split_by.items()},
        )


class ReadTable(PriceTable):
    """A table whose columns of numbers a preprocessing has read: its frame holds numbers there."""


def fingerprint(table: PriceTable) -> str:
    """Return a hash of a table's cells and prices, in their order."""
    digest = hashlib.sha256(table.price.tobytes())
    for hashes in hashed_rows(table.frame):
        digest.update(hashes.tobytes())
    return digest.hexdigest()[:16]


def hashed_rows(frame: pd.DataFrame) -> Iterator[np.ndarray]:
    """Yield a hash of each row, block by block, so that a large table needs no second one."""
    for start in range(0, len(frame), BLOCK):
        rows = frame.iloc[start : start + BLOCK]
        yield pd.util.hash_pandas_object(rows, index=False).to_numpy()
