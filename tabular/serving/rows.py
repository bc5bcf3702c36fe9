"""Rows of JSON to prices, on the road that a file takes: read, transformed, priced.

Plain rows are read without a look at their neighbours (`tabular.serving.numpy_preprocessing`). So
those of several clients can be prepared together, which costs hardly more than one alone. The
network sees them together too, unless a trial when the run is loaded shows that a batch changes the
last digit of an answer: then it sees each by itself.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from common.errors import UserError
from common.pipeline import Pipeline
from common.serving.network import batch_invariant, output_of
from tabular.new_tables import remarks_on_read
from tabular.predict import (
    LEAST_TOGETHER,
    in_whole_money,
    logarithms_of,
    never_few,
    prices_of,
)
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable
from tabular.serving.numpy_preprocessing import PlainRows, Row

TOGETHER = 32
"""Clients with a row each who are answered together."""
IF_LENIENT = ", or price all the same with --lenient"
"""How an error ends that an option of the command would let pass: rows have no such option."""


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

    def apart(self) -> list["Priced"]:
        """Return each row by itself."""
        rows = (slice(row, row + 1) for row in range(len(self.prices)))
        return [
            Priced(
                in_whole_money(self.prices[row]),
                self.remarks[row],
                None if self.near is None else self.near[row],
                None if self.away is None else self.away[row],
            )
            for row in rows
        ]


class RowPricer:
    """Prices rows with a loaded run."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.prepared: TablePreprocessing = pipeline.preprocessing
        self.plain = PlainRows(self.prepared)
        sizes = range(LEAST_TOGETHER, TOGETHER + 1)
        self.together = TOGETHER if batch_invariant(pipeline, self._drawn(), sizes) else 1

    def price_together(self, rows: Sequence[Row]) -> list[Priced | Exception]:
        """Price the rows of several clients, one each; an error is that of its own row."""
        found: list[Priced | Exception | None] = [None] * len(rows)
        # Alikeness is a product of matrices, whose last digit depends on how many rows there are.
        apart = self.prepared.flats.likeness is not None
        sure = [n for n, row in enumerate(rows) if not apart and self.plain.is_plain(row)]
        if len(sure) > 1:
            columns = self.plain.columns([rows[n] for n in sure])
            inputs = self.plain.inputs(columns)
            remarks = self.plain.remarks(columns, inputs[1])
            for start in range(0, len(sure), self.together):
                own = slice(start, start + self.together)
                with contextlib.suppress(UserError):  # whose fault it was shows alone, below
                    priced = self._priced(tuple(tensor[own] for tensor in inputs), remarks[own])
                    for n, one in zip(sure[own], priced.apart(), strict=True):
                        found[n] = one
        for n, row in enumerate(rows):
            if found[n] is None:
                try:
                    found[n] = self.price([row])
                except Exception as error:  # it is raised for whoever asked
                    found[n] = error
        return [one for one in found if one is not None]

    def price(self, rows: Sequence[Row]) -> Priced:
        """Price the rows of one client.

        Raises:
            UserError: more of a column cannot be read than the command `predict` lets pass.
        """
        if all(map(self.plain.is_plain, rows)):
            columns = self.plain.columns(rows)
            inputs = self.plain.inputs(columns)
            priced = self._priced(inputs, self.plain.remarks(columns, inputs[1]))
            return replace(priced, prices=in_whole_money(priced.prices))
        examples = _table({name: [row[name] for row in rows] for name in self.prepared.needed})
        read = self.prepared.read(examples)
        try:
            said = remarks_on_read(self.pipeline, examples, read, lenient=False)
        except UserError as error:
            raise UserError(str(error).removesuffix(IF_LENIENT)) from None
        remarks = [said if n == 0 else [] for n in range(len(rows))]
        priced = self._priced(self.prepared.transform(read), remarks)
        return replace(priced, prices=in_whole_money(priced.prices))

    def _priced(self, inputs: tuple[Tensor, ...], remarks: list[list[str]]) -> Priced:
        """Price prepared rows; large prices have their cents yet."""
        prices = prices_of(self._logarithms(inputs))
        if len(inputs) < 4:
            return Priced(prices, remarks)
        place, near = inputs[2].numpy(), inputs[3].numpy()
        away = np.linalg.norm(self.prepared.flats.place[near] - place[:, None], axis=2)
        return Priced(prices, remarks, near, away)

    def _logarithms(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """Return what the network says, in the batches that the command would take."""
        rows = len(inputs[0])
        if rows > 4 * self.pipeline.settings.batch_size:
            return logarithms_of(self.pipeline, inputs)
        return output_of(self.pipeline, never_few(inputs, rows))[:rows]

    def _drawn(self) -> tuple[Tensor, ...]:
        """Return inputs of flats that nobody sells, as many as are seen together."""
        drawn, rows, prepared = np.random.default_rng(0), TOGETHER, self.prepared
        numbers = drawn.normal(size=(rows, prepared.width)).astype(np.float32)
        sizes = prepared.categories.sizes
        categories = drawn.integers(0, sizes, (rows, len(sizes)), dtype=np.int32)
        arrays = [numbers, categories]
        if len(prepared.flats):
            place = drawn.choice(prepared.flats.place, rows)
            arrays += [place, prepared.flats.nearest(place, prepared.count)]
        return tuple(map(torch.from_numpy, arrays))


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
