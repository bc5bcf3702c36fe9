"""Rows of different lengths as one table."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def padded(rows: Sequence[Any], kind: type = np.int32) -> np.ndarray:
    """Return rows of different lengths as a table, 0 beyond the end of each; at least one column.

    >>> padded([[7, 8], []]).tolist()
    [[7, 8], [0, 0]]
    """
    table: np.ndarray = np.zeros((len(rows), max([1, *map(len, rows)])), kind)
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table
