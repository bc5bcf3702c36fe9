"""Rows of JSON that can be read only in one way, prepared in NumPy alone.

Of rows that hold what a file would hold without a doubt, numbers as numbers and dates as
2025-04-30, nothing need be looked at to know what a column is. A frame of pandas would take longer
to build for one row than the network takes to price it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from tabular.preprocessing import TablePreprocessing
from tabular.values import DATES, DEGREES, LARGEST_NUMBER, tidy

Row = Mapping[str, Any]
Columns = dict[str, np.ndarray]

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([T ]00:00(:00(\.0+)?)?Z?)?")


class PlainRows:
    """Prepares plain rows as `TablePreprocessing.transform` prepares what a file holds of them."""

    def __init__(self, prepared: TablePreprocessing) -> None:
        self.prepared = prepared
        self.kinds = prepared.numbers.kinds
        self.categories = {
            name: {category: row for row, category in enumerate(known, start=1)}
            for name, known in prepared.categories.vocabulary.items()
        }
        places = {column.kind: column.name for column in prepared.columns}
        self.coordinates = places.get("latitude"), places.get("longitude")

    def is_plain(self, row: Row) -> bool:
        """Whether each cell can be read only in one way, whatever stands above and below it."""
        if self.prepared.compound:
            return False
        for name, kind in self.kinds.items():
            cell = row[name]
            if cell is None:
                continue
            if kind in DATES:
                if not (isinstance(cell, str) and _DAY.fullmatch(cell)):
                    return False
            elif kind == "boolean":
                if not isinstance(cell, bool):
                    return False
            elif isinstance(cell, bool) or not isinstance(cell, int | float):
                return False
        return all(isinstance(row[name], str | None) for name in self.categories)

    def columns(self, rows: Sequence[Row]) -> Columns:
        """Return plain rows as the columns that reading them as texts would come to."""
        columns: Columns = {}
        for name, kind in self.kinds.items():
            cells = [row[name] for row in rows]
            if kind in DATES:  # midnight says nothing
                columns[name] = _days([c if c is None else c[:10] for c in cells])
            else:
                columns[name] = np.array([np.nan if c is None else c for c in cells], np.float64)
        for name in self.categories:
            columns[name] = np.array([row[name] or None for row in rows], dtype=object)
        return columns

    def inputs(self, columns: Columns) -> tuple[Tensor, ...]:
        """Return what the network takes: see `TablePreprocessing`."""
        prepared = self.prepared
        rows = len(next(iter(columns.values())))
        read = {name: _numbers(columns[name], kind) for name, kind in self.kinds.items()}
        latitude, longitude = (read.get(name or "") for name in self.coordinates)
        if latitude is not None and longitude is not None:
            nowhere = (latitude == 0) & (longitude == 0)  # out at sea
            latitude[nowhere] = longitude[nowhere] = np.nan
        categories = np.empty((rows, len(self.categories)), dtype=np.int32)
        for column, (name, known) in enumerate(self.categories.items()):
            categories[:, column] = [known.get(tidy(cell or ""), 0) for cell in columns[name]]
        told = prepared.means.transform(categories)
        numbers = np.hstack([prepared.numbers.scaled(read.__getitem__, rows), told])
        arrays = [numbers, categories]
        if len(prepared.flats):
            nowhere = np.full(rows, np.nan)
            coordinates = (
                nowhere if latitude is None else latitude,
                nowhere if longitude is None else longitude,
            )
            place = prepared.flats.where(coordinates, numbers)
            arrays += [place, prepared.flats.nearest(place, prepared.count)]
        return tuple(map(torch.from_numpy, arrays))

    def remarks(self, columns: Columns, categories: Tensor) -> list[list[str]]:
        """Say of plain rows what of them is unlike all that training saw."""
        numbers = self.prepared.numbers
        said: list[list[str]] = [[] for _ in range(len(categories))]
        for name, kind in self.kinds.items():
            values = columns[name]
            if kind != "boolean" and kind not in DATES:
                for row in np.flatnonzero(numbers.unlike(name, values)):
                    said[row].append(f"{name}: {values[row]:g} is far from all that training saw")
                for row in np.flatnonzero(numbers.tiny(name, values)):
                    said[row].append(
                        f"{name}: {values[row]:g} is below a tenth of the least in training"
                    )
                for row in np.flatnonzero(numbers.not_positive(name, values)):
                    said[row].append(
                        f"{name}: {values[row]:g} is not above 0, in training all were"
                    )
            if name not in numbers.missing:
                blank = np.isnat(values) if kind in DATES else np.isnan(values)
                for row in np.flatnonzero(blank):
                    said[row].append(f"{name}: blank, and in training it never was")
        unknown = categories.numpy() == 0
        for place, name in enumerate(self.categories):
            for row in np.flatnonzero(unknown[:, place]):
                if columns[name][row] is not None:
                    cell = columns[name][row][:40]
                    said[row].append(f"{name}: {cell!r} was not known in training, or hardly")
        return said


def _numbers(values: np.ndarray, kind: str) -> np.ndarray:
    """Return a column as `tabular.values.as_numbers` would."""
    if kind in DATES:
        days = values.astype("int64") / 86_400
        return np.where(np.isnat(values), np.nan, days)
    if kind == "boolean":
        return values
    return np.where(np.abs(values) > DEGREES.get(kind, LARGEST_NUMBER), np.nan, values)


def _days(cells: list[str | None]) -> np.ndarray:
    """Return days such as 2025-04-30; 2025-02-30 is none."""
    try:
        return np.array(["NaT" if cell is None else cell for cell in cells], "datetime64[s]")
    except ValueError:
        days = pd.to_datetime(pd.Series(cells, dtype="str"), errors="coerce")
        return days.to_numpy("datetime64[s]")
