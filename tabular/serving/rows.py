"""Rows of JSON to prices, on the road that a file takes: read, transformed, priced.

Rows that hold what a file would hold without a doubt, numbers as numbers and dates as 2025-04-30,
are read without a look at their neighbours. So those of several clients can be prepared together,
which costs hardly more than one alone; the network sees each client's rows by themselves, for in
a batch of another size the last digit of a price may be another.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from torch import Tensor

from common.errors import UserError
from common.pipeline import Pipeline, refuse_non_finite
from common.serving.network import output_of
from common.training.prediction import predict
from tabular.predict import in_whole_money, prices_of, remarks_on_read
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable
from tabular.values import DATES

Row = Mapping[str, Any]
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([T ]00:00(:00(\.0+)?)?Z?)?")


@dataclass(frozen=True)
class Priced:
    """Prices (n,), remarks on each row, and the known flats that each rests on.

    near: (n, k) which of the known flats, nearest first, None where prices rest on none. away:
    (n, k) how far, in the unit of their places.
    """

    prices: np.ndarray
    remarks: list[list[str]]
    near: np.ndarray | None = None
    away: np.ndarray | None = None


def price_together(pipeline: Pipeline, rows: Sequence[Row]) -> list[Priced | Exception]:
    """Price the rows of several clients, one each; an error is that of its own row."""
    prepared: TablePreprocessing = pipeline.preprocessing
    found: list[Priced | Exception | None] = [None] * len(rows)
    # Alikeness is a product of matrices, whose last digit depends on how many rows there are.
    apart = prepared.flats.likeness is not None
    sure = [n for n, row in enumerate(rows) if not apart and is_plain(prepared, row)]
    if len(sure) > 1:
        columns = _plain_columns(prepared, [rows[n] for n in sure])
        inputs = prepared.transform(_table_of(columns))
        remarks = _remarks(prepared, columns, inputs)
        for place, n in enumerate(sure):
            own = tuple(tensor[place : place + 1] for tensor in inputs)
            try:
                found[n] = _priced(pipeline, own, [remarks[place]])
            except UserError as error:
                found[n] = error
    for n, row in enumerate(rows):
        if found[n] is None:
            try:
                found[n] = price_rows(pipeline, [row])
            except Exception as error:  # it is raised for whoever asked
                found[n] = error
    return [one for one in found if one is not None]


def price_rows(pipeline: Pipeline, rows: Sequence[Row]) -> Priced:
    """Price the rows of one client.

    Raises:
        UserError: more of a column cannot be read than the command `predict` lets pass.
    """
    prepared: TablePreprocessing = pipeline.preprocessing
    if all(is_plain(prepared, row) for row in rows):
        columns = _plain_columns(prepared, rows)
        inputs = prepared.transform(_table_of(columns))
        return _priced(pipeline, inputs, _remarks(prepared, columns, inputs))
    examples = _table({name: [row[name] for row in rows] for name in prepared.needed})
    read = prepared.read(examples)
    said = remarks_on_read(pipeline, examples, read, lenient=False)
    remarks = [said if n == 0 else [] for n in range(len(rows))]
    return _priced(pipeline, prepared.transform(read), remarks)


def is_plain(prepared: TablePreprocessing, row: Row) -> bool:
    """Whether each cell can be read only in one way, whatever stands above and below it."""
    if prepared.compound:
        return False
    for name, kind in prepared.numbers.kinds.items():
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
    return all(isinstance(row[name], str | None) for name in prepared.categories.vocabulary)


def _plain_columns(prepared: TablePreprocessing, rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Return plain rows as the columns that reading them as texts would come to."""
    columns: dict[str, np.ndarray] = {}
    for name, kind in prepared.numbers.kinds.items():
        cells = [row[name] for row in rows]
        if kind in DATES:  # midnight says nothing
            columns[name] = _days([c if c is None else c[:10] for c in cells])
        else:
            columns[name] = np.array([np.nan if c is None else c for c in cells], np.float64)
    for name in prepared.categories.vocabulary:
        columns[name] = np.array([row[name] or None for row in rows], dtype=object)
    return columns


def _table_of(columns: Mapping[str, np.ndarray]) -> PriceTable:
    as_they_are = {  # pandas would look for a type of its own for texts
        name: pd.Series(cells, dtype=object) if cells.dtype == object else cells
        for name, cells in columns.items()
    }
    frame = pd.DataFrame(as_they_are)
    return PriceTable(frame, np.ones(len(frame)))


def _days(cells: list[str | None]) -> np.ndarray:
    """Return days such as 2025-04-30; 2025-02-30 is none."""
    try:
        return np.array(["NaT" if cell is None else cell for cell in cells], "datetime64[s]")
    except ValueError:
        return pd.to_datetime(pd.Series(cells, dtype="str"), errors="coerce").to_numpy()


def _table(cells: Mapping[str, list[Any]]) -> PriceTable:
    """Return rows as a file would hold them: a column of numbers, or of texts."""
    columns: dict[str, Any] = {}
    count = 0
    for name, column in cells.items():
        count = len(column)
        filled = [cell for cell in column if cell is not None and cell != ""]
        numeric = all(isinstance(c, int | float) and not isinstance(c, bool) for c in filled)
        if filled and numeric:
            columns[name] = np.array([np.nan if c in (None, "") else c for c in column], np.float64)
        else:
            columns[name] = _texts([_written(cell) for cell in column])
    frame = pd.DataFrame(columns).set_axis(range(1, count + 1))  # rows as a person counts them
    return PriceTable(frame, np.ones(count))


def _written(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.17g}" if isinstance(cell, float) else str(cell)


def _texts(cells: list[str | None]) -> pd.Series:
    return pd.Series(cells, dtype="str")


def _priced(pipeline: Pipeline, inputs: tuple[Tensor, ...], remarks: list[list[str]]) -> Priced:
    prepared: TablePreprocessing = pipeline.preprocessing
    prices = in_whole_money(prices_of(_logarithms(pipeline, inputs)))
    if len(inputs) < 4:
        return Priced(prices, remarks)
    place, near = inputs[2].numpy(), inputs[3].numpy()
    away = np.linalg.norm(prepared.flats.place[near] - place[:, None], axis=2)
    return Priced(prices, remarks, near, away)


def _logarithms(pipeline: Pipeline, inputs: tuple[Tensor, ...]) -> Tensor:
    """Return what the network says, in the batches that the command would take."""
    settings, size = pipeline.settings, 4 * pipeline.settings.batch_size
    if len(inputs[0]) > size:
        outputs = predict(pipeline.model, inputs, batch_size=size, device=settings.device)
        return refuse_non_finite(outputs)
    return output_of(pipeline, inputs)


def _remarks(
    prepared: TablePreprocessing, columns: Mapping[str, np.ndarray], inputs: tuple[Tensor, ...]
) -> list[list[str]]:
    """Say of plain rows what of them is unlike all that training saw."""
    said: list[list[str]] = [[] for _ in range(len(inputs[0]))]
    for name, kind in prepared.numbers.kinds.items():
        values = columns[name]
        if kind != "boolean" and kind not in DATES:
            for row in np.flatnonzero(prepared.numbers.unlike(name, values)):
                said[row].append(f"{name}: {values[row]:g} is far from all that training saw")
        if name not in prepared.numbers.missing:
            blank = np.isnat(values) if kind in DATES else np.isnan(values)
            for row in np.flatnonzero(blank):
                said[row].append(f"{name}: blank, and in training it never was")
    unknown = inputs[1].numpy() == 0
    for place, name in enumerate(prepared.categories.vocabulary):
        for row in np.flatnonzero(unknown[:, place]):
            if columns[name][row] is not None:
                cell = columns[name][row][:40]
                said[row].append(f"{name}: {cell!r} was not known in training, or hardly")
    return said
