"""Columns of JSON: numbers and text, true and false, of cells that come a block at a time."""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from common.memory_mapped import TextStore
from common.tables.cells import text_cells, written_cells

_EXACT = 2**53


class Numeral(str):
    """A number as it is written: it is only computed where its column is one of numbers."""


class JsonColumn:
    """The cells of one field. They are kept as text; what kind they are shows at the end.

    above: rows before the first that has the field.

    >>> column = JsonColumn(above=1)
    >>> column.add([Numeral("2.5"), None])
    >>> column.series(written=False).tolist()
    [nan, 2.5, nan]
    """

    def __init__(self, *, above: int) -> None:
        self.kinds: set[type] = set()
        self.store = TextStore()
        self.blocks = [pa.nulls(above, pa.large_string())] if above else []

    def add(self, values: list[Any]) -> None:
        """Add the next rows' values; None where the field is not there."""
        self.kinds |= {type(value) for value in values if value is not None}
        texts = [None if value is None else _as_text(value) for value in values]
        self.blocks.append(self.store.add(pa.array(texts, pa.large_string())))

    @property
    def is_nested(self) -> bool:
        """Whether any of the cells is a list or an object."""
        return any(issubclass(kind, dict | list) for kind in self.kinds)

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything; an object without fields is nothing, too."""
        return self.kinds <= {dict} and all(cell in (None, "{}") for cell in self._cells())

    def series(self, *, written: bool) -> pd.Series:
        """Return the column, and let the blocks go. written: all cells stay as they are written."""
        if self.kinds == {Numeral} and not written:
            if all(re.fullmatch(r"-?\d{1,15}", cell or "") for cell in self._cells()):
                whole = (int(cell or 0) for cell in self._cells())
                return pd.Series(np.fromiter(whole, np.int64))
            if all(cell is None or _is_exact(cell) for cell in self._cells()):
                numbers = (np.nan if cell is None else float(cell) for cell in self._cells())
                return pd.Series(np.fromiter(numbers, np.float64))
        if self.kinds == {bool} and not written:
            values = [None if cell is None else cell == "true" for cell in self._cells()]
            return pd.Series(values, dtype="object" if None in values else "bool")
        cells, store = written_cells if written else text_cells, TextStore()
        chunks = []
        while self.blocks:
            chunks.append(store.add(cells(self.blocks.pop(0))))
        return pa.chunked_array(chunks).to_pandas()

    def _cells(self) -> Iterator[str | None]:
        return itertools.chain.from_iterable(block.to_pylist() for block in self.blocks)


def _is_exact(numeral: str) -> bool:
    return "." in numeral or "e" in numeral.lower() or abs(int(numeral[:20])) < _EXACT


def _computed(value: Any) -> Any:
    if isinstance(value, Numeral):
        return float(value) if re.search("[.eE]", value) else int(value[:4000])
    if isinstance(value, dict):
        return {name: _computed(inner) for name, inner in value.items()}
    return [_computed(inner) for inner in value] if isinstance(value, list) else value


def _as_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(_computed(value), ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")  # half a pair is no letter
