"""One column of a person's table, read as numbers or as dates; what is neither is named."""

from pathlib import Path

import numpy as np
import pandas as pd

from common.errors import UserError, unknown
from common.tables.dates import parse_dates
from common.tables.number_columns import not_numbers, parse_numbers
from common.tables.number_parsing import MISSING


def number_column(
    frame: pd.DataFrame, name: str, *, file: str | Path, missing: bool = False
) -> np.ndarray:
    """Return a column of a table as float64.

    Args:
        frame: from `read_table`, whose rows are numbered as a person sees them.
        name: the column's.
        file: what the errors are to call the table.
        missing: let empty cells be; they become NaN.

    Raises:
        UserError: there is no such column, or a cell holds no number; it names row and cell.

    >>> frame = pd.DataFrame({"sold": ["12 500", "много"]}, index=[2, 3])
    >>> number_column(frame[:1], "sold", file="sales.csv")
    array([12500.])
    >>> number_column(frame, "sold", file="sales.csv")
    Traceback (most recent call last):
    common.errors.UserError: sales.csv: column 'sold': row 3 holds 'много', expected a number
    """
    values = _column(frame, name, file)
    numbers = parse_numbers(values)
    _refuse(not_numbers(values, numbers), name, file, "a number")
    if not missing:
        _refuse(values[numbers.isna()], name, file, "a number")
    return numbers.to_numpy(dtype=np.float64)


def date_column(
    frame: pd.DataFrame,
    name: str,
    *,
    file: str | Path,
    missing: bool = False,
    month_first: bool = False,
) -> np.ndarray:
    """Return a column of a table as datetime64[s].

    Args:
        frame, name, file, missing: as for `number_column`; empty cells become NaT.
        month_first: 05/31/2024, as Americans write it.

    Raises:
        UserError: there is no such column, or a cell holds no date; it names row and cell.

    >>> frame = pd.DataFrame({"day": ["31.05.2024", "soon"]}, index=[2, 3])
    >>> date_column(frame[:1], "day", file="sales.csv")
    array(['2024-05-31T00:00:00'], dtype='datetime64[s]')
    >>> date_column(frame, "day", file="sales.csv")
    Traceback (most recent call last):
    common.errors.UserError: sales.csv: column 'day': row 3 holds 'soon', expected a date such as
    2024-05-31
    """
    values = _column(frame, name, file)
    dates = parse_dates(values, month_first=month_first)
    unread = values[dates.isna().to_numpy()]
    if missing:
        unread = unread[[not _is_missing(cell) for cell in unread]]
    _refuse(unread, name, file, "a date such as 2024-05-31")
    return dates.to_numpy(dtype="datetime64[s]")


def _column(frame: pd.DataFrame, name: str, file: str | Path) -> pd.Series:
    if name not in frame.columns:
        raise UserError(f"{file}: {unknown('column', name, frame.columns)}")
    return frame[name]


def _refuse(cells: pd.Series, name: str, file: str | Path, expected: str) -> None:
    if len(cells) == 0:
        return
    row, cell = cells.index[0], cells.iloc[0]
    text = str(cell)
    shown = "is empty" if _is_missing(cell) else f"holds {text[:40]!r}"
    raise UserError(f"{file}: column {name!r}: row {row} {shown}, expected {expected}")


def _is_missing(cell: object) -> bool:
    return bool(pd.isna(cell)) or str(cell).strip().casefold() in MISSING
