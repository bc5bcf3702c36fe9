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
from common.tables.date_forms import doubtful_rows
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

    def prices(
        self, columns: Mapping[str, Cells], *, decimal: str | Mapping[str, str] | None = None
    ) -> np.ndarray:
        """Return the price of each row, (n,) float64.

        Args:
            columns: cells of text by column, None where there is nothing.
            decimal: the mark where a column's own cells do not tell: "1,250" is which? One for
                all, or by column.
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
    remarks = _remarks(pricer, columns, table.decimals, lenient=given.lenient)
    prices = pricer.prices(columns, decimal=table.decimals)
    digits = 0 if np.median(prices) >= 1000 else None
    shown = [f"{price:.0f}" if digits == 0 else repr(float(price)) for price in prices]
    out = out or beside(source, ".csv")
    name = write_table(out, table, pricer.values["column"], shown)
    said = (
        f"{len(prices)} prices in column {name!r} of {out}",
        f"цен: {len(prices)}, в столбце {name!r} файла {out}",
    )
    english, russian = zip(said, *remarks, strict=True)
    return "; ".join(english), "; ".join(russian)


def _remarks(
    pricer: Pricer, columns: Mapping[str, Cells], decimals: Mapping[str, str], *, lenient: bool
) -> list[Text]:
    """Say what of the columns cannot be read, or could be meant otherwise.

    Raises:
        InputError: more than one cell in twenty of a column cannot be read, or its dates tell that
            they are written the other way round; not where `lenient`.
    """
    remarks: list[Text] = []
    for name, kind in pricer.preparation.kinds.items():
        if name not in columns:
            continue
        cells = columns[name]
        filled = sum(cell is not None for cell in cells)
        unit = pricer.values["units"][name]
        numbers = numbers_of(cells, kind, unit=unit, decimal=decimals.get(name))
        lost = [
            row
            for row, (cell, number) in enumerate(zip(cells, numbers, strict=True))
            if cell is not None and np.isnan(number)
        ]
        if kind.startswith("date"):
            remarks += _remarks_on_days(name, cells, filled, kind, lenient=lenient)
        if lost:
            row = lost[0]
            said = (
                f"column {name!r}: {len(lost)} cells cannot be read as {kind}; "
                f"row {row + 2} holds {cells[row]!r}",
                f"столбец {name!r}: не прочитать ячеек: {len(lost)} ({kind}); "
                f"в строке {row + 2} стоит {cells[row]!r}",
            )
            if len(lost) > pricer.values["most_unread"] * filled and not lenient:
                raise InputError(*said)
            remarks.append(said)
    return remarks


def _remarks_on_days(
    name: str, cells: Cells, filled: int, kind: str, *, lenient: bool
) -> list[Text]:
    month_first = kind == "date_month_first"
    either_way, turned = doubtful_rows(cells, month_first=month_first)
    if not either_way:
        return []
    order = ("month", "с месяца") if month_first else ("day", "с дня")
    row = either_way[0]
    english = (
        f"column {name!r}: {len(either_way)} of {filled} dates are read {order[0]} first, as in "
        f"training, and could be meant the other way round; row {row + 2} holds {cells[row]!r}"
    )
    russian = (
        f"столбец {name!r}: дат, прочитанных {order[1]}, как при обучении, но возможных и "
        f"наоборот: {len(either_way)} из {filled}; в строке {row + 2} стоит {cells[row]!r}"
    )
    if turned:
        row = turned[0]
        english += f", row {row + 2} holds {cells[row]!r}, which only the other way can be read"
        russian += f", в строке {row + 2} — {cells[row]!r}, что читается только наоборот"
        if not lenient:
            raise InputError(
                f"{english}; write dates as 2024-05-31, or price all the same with --lenient",
                f"{russian}; пишите даты как 2024-05-31 или оцените всё равно, с --lenient",
            )
    return [(english, russian)]


def _options(parser: argparse.ArgumentParser, language: int) -> None:
    helps = (
        "price also where much of a column cannot be read, or its dates are turned round",
        "оценивать и там, где в столбце многое не читается или даты записаны наоборот",
    )
    parser.add_argument("--lenient", action="store_true", help=helps[language])


def main(argv: Sequence[str]) -> int:
    summary = ("Prices for the rows of a table.", "Цены для строк таблицы.")
    return run(argv, answer, summary=summary, options=_options)
