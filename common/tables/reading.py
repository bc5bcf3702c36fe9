"""Reading whatever table a person has."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from common.errors import UserError
from common.tables.frames import TableFormat

EXPECTED = "a table: CSV, TSV, Excel (.xlsx) or Parquet"
_ZIP, _PARQUET, _OLD_EXCEL = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """A table and how it was read.

    frame: its columns hold int64 or float64 numbers, `str` text, or, from Excel and Parquet,
        datetimes and booleans. Its index, called `row`, is each row's number as a person counts
        it with the file open in a spreadsheet: the header of a text file is row 1. The number
        stays with its row when rows are dropped or drawn, so an error can always name it.
    found: the format of the file, which prints as `CSV, cp1251, separator ';', decimal comma`.
    notes: what the person should be told, a line each: columns renamed, rows left out.
    """

    frame: pd.DataFrame
    found: TableFormat
    notes: tuple[str, ...]


def read_table(path: str | Path) -> Table:
    """Read a CSV, TSV, Excel (.xlsx) or Parquet file; what it is, its content tells.

    Of a text file the encoding (UTF-8 with or without mark, UTF-16 with mark, cp1251, koi8-r),
    the separator (tab, `;`, `|`, `,`), and each column's decimal mark are found. A column becomes
    numbers where every cell is a plain number, thousands set apart or not. Prices with currency,
    dates, yes and no stay text: `parse_numbers` reads prices. So do codes like `007`. A cell is
    missing where it is empty or says so: `NA`, `null`, `-`, `нет данных`, … (`MISSING`).

    A text file is read in blocks: beside the frame, memory holds a few of 2 MB.

    Raises UserError, one line, for a file that is not there, is no table, has no rows, is damaged,
    or has a row with more cells than the header names.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "flats.csv")
    ...     _ = path.write_text("район;цена\\nАрбат;12 500,5\\nСокол;-\\n", encoding="cp1251")
    ...     table = read_table(path)
    >>> print(table.found)
    CSV, cp1251, separator ';', decimal comma
    >>> table.frame["цена"].to_dict()
    {2: 12500.5, 3: nan}
    """
    path = Path(path)
    try:
        frame, found, notes = _reader(path)(path)
    except PermissionError:
        raise UserError(f"{path}: no permission to read this file, or a program holds it") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    if len(frame) == 0:
        raise UserError(f"{path}: the file has a header and no rows")
    return Table(frame, found, tuple(notes))


def _reader(path: Path) -> Callable[[Path], tuple[pd.DataFrame, TableFormat, list[str]]]:
    if path.is_dir():
        raise UserError(f"{path}: a folder, expected {EXPECTED}")
    if not path.exists():
        raise UserError(f"{path}: no such file")
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLD_EXCEL):
        raise UserError(
            f"{path}: an old Excel file (.xls), or one with a password; save it as .xlsx or CSV"
        )
    if start.startswith(_ZIP):
        from common.tables.excel import read_excel_table  # openpyxl takes a while to import

        return read_excel_table
    if start.startswith(_PARQUET):
        from common.tables.parquet import read_parquet_table  # as does this part of pyarrow

        return read_parquet_table
    kind = {".xlsx": "an Excel workbook", ".parquet": "a Parquet file"}.get(path.suffix.lower())
    if kind:
        state = "not" if start else "empty, not"
        raise UserError(f"{path}: {state} {kind}, for its beginning is not like one's")
    if path.suffix.lower() == ".xls" and b"<" not in start:
        raise UserError(f"{path}: the old Excel format (.xls) is not read; save it as .xlsx or CSV")
    from common.tables.text_tables import read_text_table  # and this one

    return read_text_table
