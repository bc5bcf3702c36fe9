"""Writing a table that opens where the person's own file opened."""

import io
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa

from common.errors import UserError
from common.files import atomic_path
from common.report.formula_guard import as_text, starts_formula
from common.tables.frames import TableFormat
from common.tables.layout import NO_SEPARATOR
from common.tables.number_parsing import parse_number

BLOCK = 20_000
"""Rows of a CSV that are text in memory at a time."""

MOST_ROWS = 2**20 - 1
"""Rows that an Excel sheet holds, beside its header."""

_EXACT = 1e15
_UTF8 = (None, "utf-8", "utf-8-sig")


def write_table(frame: pd.DataFrame, path: str | Path, *, like: TableFormat | None = None) -> None:
    """Write `frame`, without its index, as CSV; as Excel (.xlsx) or Parquet by the path's suffix.

    CSV has the separator, decimal mark and encoding of `like`. UTF-8 is written with its mark,
    without which Excel mistakes Cyrillic, and so is what the encoding of `like` has no letters
    for (`₽` in cp1251). Without `like`: commas, or tabs where the path ends in `.tsv`. Whole
    numbers are written as such, though gaps have made their column one of float64.

    A spreadsheet runs text that starts with `=`, `+`, `-` or `@` as a formula, which a stranger's
    file must not do to whoever opens ours. In CSV such text, unless it is a number, is written
    with an apostrophe before it; `read_table` takes the apostrophe off again.

    Excel has no time zones, infinities and control characters: the first two are written as text,
    the last are left out.

    The file appears whole or not at all: it is written beside and moved into place.

    Raises UserError where the folder is not there, the file cannot be replaced, or the format
    cannot hold the table.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in ("", ".csv", ".tsv", ".txt", ".xls", ".xlsx", ".parquet"):
        raise UserError(f"{path}: cannot write {suffix}; use .csv, .tsv, .xlsx or .parquet")
    if suffix == ".xls":
        raise UserError(f"{path}: the old Excel format (.xls) is not written; use .xlsx or .csv")
    if suffix == ".xlsx" and len(frame) > MOST_ROWS:
        raise UserError(
            f"{path}: {len(frame):,} rows, an Excel sheet holds {MOST_ROWS:,}; use .csv or .parquet"
        )
    if suffix == ".parquet":
        table = _parquet_table(frame, path)
    with atomic_path(path) as draft, draft.open("wb") as file:
        if suffix == ".xlsx":
            from common.tables.excel import write_excel  # openpyxl takes a while to import

            write_excel(frame, file)
        elif suffix == ".parquet":
            from pyarrow import parquet  # as does this part of pyarrow

            parquet.write_table(table, file)
        else:
            separator = "\t" if suffix == ".tsv" else ","
            _write_csv(frame, file, like or TableFormat("csv", separator=separator))


def _parquet_table(frame: pd.DataFrame, path: Path) -> pa.Table:
    columns = []
    for name, column in frame.items():
        try:
            columns.append(pa.array(column, from_pandas=True))
        except (pa.ArrowException, TypeError, ValueError):
            raise UserError(
                f"{path}: column {name!r} holds values of several kinds, which Parquet cannot; "
                "write .csv, or make them all text or all numbers"
            ) from None
    return pa.table(columns, [str(name) for name in frame.columns])


def _write_csv(frame: pd.DataFrame, file: BinaryIO, like: TableFormat) -> None:
    """Write it in the encoding of `like`; anew in UTF-8 where that turns out to lack a letter."""
    try:
        _write_blocks(frame, file, like, "utf-8-sig" if like.encoding in _UTF8 else like.encoding)
    except UnicodeEncodeError:
        file.seek(0)
        file.truncate()
        _write_blocks(frame, file, like, "utf-8-sig")


def _write_blocks(frame: pd.DataFrame, file: BinaryIO, like: TableFormat, encoding: str) -> None:
    separator = like.separator if like.separator not in (None, NO_SEPARATOR) else ","
    decimal = like.decimal or "."
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        for start in range(0, max(1, len(frame)), BLOCK):
            _cells(frame.iloc[start : start + BLOCK], decimal).to_csv(
                text,
                header=[_guard(name) for name in frame.columns] if start == 0 else False,
                index=False,
                sep=separator,
                decimal=decimal,
                lineterminator="\r\n",
            )
    finally:
        text.detach()


def _cells(frame: pd.DataFrame, decimal: str) -> pd.DataFrame:
    """Return text that no spreadsheet runs, and float64 as a person writes numbers."""
    columns = []
    for _, column in frame.items():
        if column.dtype == "float64":
            texts = [_spell(number, decimal) for number in column.tolist()]
            column = pd.Series(texts, column.index, dtype=object)
        elif column.dtype == object or isinstance(
            column.dtype, pd.StringDtype | pd.CategoricalDtype
        ):
            column = column.astype(object).map(_guard)
        columns.append(column)
    return pd.concat(columns, axis=1) if columns else frame


def _spell(number: float, decimal: str) -> str | None:
    if number != number:
        return None
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    return repr(number).replace(".", decimal)


def _guard(cell: object) -> object:
    if isinstance(cell, str) and starts_formula(cell):
        return cell if parse_number(cell) is not None else as_text(cell)
    return cell
