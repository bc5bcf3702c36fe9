"""Tables that grow at their end."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse


class GrowableArray:
    """An array that rows are added to, with room to spare.

    It is moved only when it doubles: one that is made anew for every few rows leaves holes of its
    old sizes in memory, none of them large enough for the next.

    >>> column = GrowableArray(np.array([1, 2]))
    >>> column.add(np.array([3]))
    >>> column.rows
    array([1, 2, 3])
    """

    def __init__(self, first: np.ndarray) -> None:
        self._room, self._count = first, len(first)

    @property
    def rows(self) -> np.ndarray:
        return self._room[: self._count]

    def add(self, rows: np.ndarray) -> None:
        count = self._count + len(rows)
        if count > len(self._room):
            room = np.empty((max(count, 2 * self._count), *rows.shape[1:]), rows.dtype)
            room[: self._count] = self.rows
            self._room = room
        self._room[self._count : count] = rows
        self._count = count


class GrowableTable:
    """Named columns, arrays or sparse matrices, that rows are added to.

    >>> table = GrowableTable({"a": np.array([1]), "b": sparse.csr_array(np.eye(1, 3))})
    >>> table.add({"a": np.array([2]), "b": sparse.csr_array(np.eye(1, 3, k=1))})
    >>> table.columns["a"], table.columns["b"].toarray().astype(int).tolist()
    (array([1, 2]), [[1, 0, 0], [0, 1, 0]])
    """

    def __init__(self, first: Mapping[str, Any]) -> None:
        self._parts = {
            name: list(map(GrowableArray, _parts(column))) for name, column in first.items()
        }
        self._widths = {
            name: column.shape[1] for name, column in first.items() if sparse.issparse(column)
        }
        self.columns: Mapping[str, Any] = dict(first)

    def add(self, rows: Mapping[str, Any]) -> None:
        for name, column in rows.items():
            parts = _parts(column)
            if name in self._widths:
                *_, ends = self._parts[name]
                parts = [*parts[:2], parts[2][1:] + ends.rows[-1]]
            for grown, part in zip(self._parts[name], parts, strict=True):
                grown.add(part)
        self.columns = {name: self._column(name) for name in self._parts}

    def _column(self, name: str) -> Any:
        first, *more = (part.rows for part in self._parts[name])
        if not more:
            return first
        indices, ends = more
        shape = len(ends) - 1, self._widths[name]
        return sparse.csr_array((first, indices, ends), shape=shape, copy=False)


def _parts(column: Any) -> list[np.ndarray]:
    if sparse.issparse(column):
        return [column.data, column.indices, column.indptr]
    return [column]
