"""Prices for a table: python run.py flats.csv"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from common.export.bundle.program import (
    FOLDER,
    InputError,
    Network,
    Text,
    beside,
    read_arrays,
    read_values,
    run,
)
from tabular.bundle.cells import Cells, numbers_of
from tabular.bundle.preparation import Preparation
from tabular.bundle.table import read_table, without_missing, write_table

AT_ONCE = 4096
"""Rows that go through the network together."""


class Pricer:
    """The exported model: from the cells of a table to prices.

    In a program of your own:

        pricer = Pricer()
        pricer.prices({"area": ["54.3", "38"], "rooms": ["2", "1"], …})
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.network = Network(folder)
        self.values = read_values(folder)
        self.preparation = Preparation(self.values, read_arrays(folder))

    def prices(self, columns: Mapping[str, Cells], *, decimal: str | None = None) -> np.ndarray:
        """Return the price of each row, (n,) float64.

        Args:
            columns: cells of text by column, None where there is nothing.
            decimal: the mark where a column's own cells do not tell: "1,250" is which?
        """
        feed = self.preparation.feed(columns, decimal=decimal)
        rows = len(feed["numbers"])
        logarithms = [
            self.network({name: x[start : start + AT_ONCE] for name, x in feed.items()})[0]
            for start in range(0, rows, AT_ONCE)
        ]
        return np.exp(np.concatenate(logarithms).astype(np.float64))


def answer(source: Path, out: Path | None, given: argparse.Namespace) -> Text:
    """Write the table with a column of prices more; return a line that says so."""
    pricer, table = Pricer(), read_table(source)
    columns = {name: without_missing(cells) for name, cells in table.columns.items()}
    _refuse_unread(pricer, columns, table.decimal)
    prices = pricer.prices(columns, decimal=table.decimal)
    digits = 0 if np.median(prices) >= 1000 else None
    shown = [f"{price:.0f}" if digits == 0 else repr(float(price)) for price in prices]
    out = out or beside(source, ".csv")
    name = write_table(out, table, pricer.values["column"], shown)
    return (
        f"{len(prices)} prices in column {name!r} of {out}",
        f"цен: {len(prices)}, в столбце {name!r} файла {out}",
    )


def _refuse_unread(pricer: Pricer, columns: Mapping[str, Cells], decimal: str | None) -> None:
    """Refuse a column of numbers of which more than one cell in twenty cannot be read."""
    for name, kind in pricer.preparation.kinds.items():
        if name not in columns:
            continue
        unit = pricer.values["units"][name]
        numbers = numbers_of(columns[name], kind, unit=unit, decimal=decimal)
        lost = [
            row
            for row, (cell, number) in enumerate(zip(columns[name], numbers, strict=True))
            if cell is not None and np.isnan(number)
        ]
        if len(lost) > 0.05 * sum(cell is not None for cell in columns[name]):
            cell = columns[name][lost[0]]
            raise InputError(
                f"column {name!r}: {len(lost)} cells cannot be read as {kind}; "
                f"row {lost[0] + 2} holds {cell!r}",
                f"столбец {name!r}: не прочитать ячеек: {len(lost)} ({kind}); "
                f"в строке {lost[0] + 2} стоит {cell!r}",
            )


def main(argv: Sequence[str]) -> int:
    summary = ("Prices for the rows of a table.", "Цены для строк таблицы.")
    return run(argv, answer, summary=summary)
