"""A table as text, in and out: CSV or TSV, its cells as they are written."""

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.export.bundle.program import InputError, read_text
from common.tables.decimals import find_decimals
from common.tables.number_parsing import MISSING, as_seen, read_numeral

SEPARATORS = "\t;|,"


@dataclass(frozen=True)
class Table:
    """Cells by column name, each as it is written; what a row has too few of is blank.

    decimals: the decimal mark of each column of numbers, as the training's `read_table` finds it.
    One with a text in it, such as a unit, was read by its own cells alone, and has none here.
    """

    columns: dict[str, list[str]]
    rows: int
    separator: str
    decimals: dict[str, str]


def read_table(path: Path) -> Table:
    """Read a table with its columns' names in the first row.

    Raises:
        InputError: the file is no such table.
    """
    if path.is_dir() or path.suffix.lower() in (".xlsx", ".xls", ".ods", ".parquet"):
        raise InputError(
            f"{path}: expected a table in text, CSV or TSV",
            f"{path}: нужна таблица в виде текста, CSV или TSV",
        )
    text = read_text(path)
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(SEPARATORS, key=lambda mark: (first.count(mark), -SEPARATORS.index(mark)))
    read = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines = [row for row in read if any(cell.strip() for cell in row)]
    if len(lines) < 2:
        raise InputError(
            f"{path}: expected the columns' names in the first row, and rows under it",
            f"{path}: нужны имена столбцов в первой строке и строки под ней",
        )
    header = [name.strip() for name in lines[0]]
    if twice := {name for name in header if header.count(name) > 1}:
        name = sorted(twice)[0]
        raise InputError(
            f"{path}: two columns are called {name!r}", f"{path}: два столбца с именем {name!r}"
        )
    for number, row in enumerate(lines[1:], 2):
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            raise InputError(
                f"{path}: row {number} has {len(row)} cells, the header names {len(header)}",
                f"{path}: в строке {number} ячеек {len(row)}, а имён столбцов {len(header)}",
            )
    whole = [row + [""] * (len(header) - len(row)) for row in lines[1:]]
    columns = {name: [row[place] for row in whole] for place, name in enumerate(header)}
    stripped = [[cell.strip() for cell in cells] for cells in columns.values()]
    marks, _ = find_decimals(stripped, separator)
    decimals = {
        name: mark
        for (name, cells), mark in zip(columns.items(), marks, strict=True)
        if all(cell is None or read_numeral(cell) for cell in without_missing([*set(cells)]))
    }
    return Table(columns, len(whole), separator, decimals)


def without_missing(cells: Sequence[str]) -> list[str | None]:
    """Return cells as they are seen, None where one holds nothing, or says so.

    >>> without_missing([" 45 ", "н/д", ""])
    ['45', None, None]
    """
    tidy = map(as_seen, cells)
    return [None if cell.lower() in MISSING else cell for cell in tidy]


def write_table(path: Path, table: Table, name: str, values: Sequence[str]) -> str:
    """Write the table with a column more, whole or not at all; return the column's name."""
    while name in table.columns:
        name += "_new"
    columns = {**table.columns, name: list(values)}
    handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name[:99]}.")
    try:
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file, delimiter=table.separator)
            rows.writerow(columns)
            rows.writerows(zip(*columns.values(), strict=True))
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return name
