"""What every kind of file shares: names for the columns, numbers for the rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from common.memory_mapped import column_in_file, is_large, taken
from common.tables.drawn_lines import drawn_lines
from common.tables.group_names import note_on_group_names
from common.tables.layout import NO_SEPARATOR, tidy_name
from common.tables.number_parsing import parse_number
from common.tables.remarks_below import remarks_below
from common.tables.second_line import converted, without_second_line
from common.tables.total_rows import summary_rows, total_rows, where_texts

_FAR_BELOW = 50
"""Times that the numbers of a column lie above the number of the column: then that is no value."""

MANY_ROWS = 200_000
"""Rows from which on it matters what a table takes of memory."""

LEAST_BESIDE = 0.5
"""Share of the rows up to which columns behind a blank one may be another table."""

SHARES = "stickshift.shares"
"""In the `attrs` of a frame: its columns whose fractions of 1 a format shows as percents."""

KINDS = {"csv": "CSV", "excel": "Excel", "parquet": "Parquet", "html": "web page", "json": "JSON"}


@dataclass(frozen=True)
class TableFormat:
    """How a file holds its table: `kind` is `csv` (TSV too), `excel`, `parquet`, `html`, `json`.

    What does not apply to the kind, or was not seen in the file, is None. header_row: where the
    columns' names stand, counted from 1. escape: what stands before a quotation mark in
    a cell. packed: whether the table lay in an archive. quoted: whether quotation marks enclose
    cells, and are no letters like others. numbered: whether rows begin with a number for which
    the header has no name. either_way: of each column all of whose cells may be
    thousands or have three decimals, `950.000`, its first cell.

    >>> print(TableFormat("csv", encoding="cp1251", separator=";", decimal=","))
    CSV, cp1251, separator ';', decimal comma
    """

    kind: str
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    header_row: int | None = field(default=None, compare=False)
    escape: str | None = field(default=None, compare=False)
    packed: bool = field(default=False, compare=False)
    quoted: bool = field(default=True, compare=False)
    numbered: bool = field(default=False, compare=False)
    either_way: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def one_column(self) -> bool:
        """Whether a text file has no separator at all."""
        return self.separator == NO_SEPARATOR

    def __str__(self) -> str:
        parts = [KINDS[self.kind]]
        if self.encoding:
            parts.append(self.encoding)
        if self.one_column:
            parts.append("one column")
        elif self.separator:
            is_tab = self.separator == "\t"
            parts.append("separator tab" if is_tab else f"separator {self.separator!r}")
        if self.decimal:
            parts.append("decimal comma" if self.decimal == "," else "decimal point")
        if self.sheet:
            parts.append(f"sheet {self.sheet!r}")
        return ", ".join(parts)


def build_frame(
    header: Sequence[str],
    columns: list[pd.Series],
    numbers: np.ndarray,
    stays_text: Callable[[str], bool] = lambda name: False,
    needed: Collection[str] | None = None,
    decimals: Sequence[str] = (),
) -> tuple[pd.DataFrame, list[str]]:
    """Return the frame whose index is each row's number in the file, and notes for the person.

    Left out are rows without any value, and columns without a name and any value (what separators
    at the end of each line look like).

    stays_text: tells by its name whether a column is text as it is written, with no sums in it.
    needed: columns whose texts are never taken for remarks below the table; None, for kinds of
    files in which nobody writes any, or draws lines between rows.
    decimals: the columns' decimal marks, in a kind of file in which a text may make all cells text.

    >>> frame, notes = build_frame(["a", "a", ""], [pd.Series([1.0, None])] * 3, np.array([2, 3]))
    >>> frame.columns.tolist(), frame.index.tolist()
    (['a', 'a.1', 'column 3'], [2])
    """
    header = [tidy_name(str(name)) for name in header]
    kept = columns_kept(header, columns)
    names, notes = _name_columns([header[position] for position in kept], kept)
    data = {name: columns[position] for name, position in zip(names, kept, strict=True)}
    frame = pd.DataFrame(data, copy=False)
    notes += _note_beside(frame, kept)
    if len(numbers) == 0 or numbers[-1] - numbers[0] == len(numbers) - 1:
        start = int(numbers[0]) if len(numbers) else 2
        frame.index = pd.RangeIndex(start, start + len(numbers), name="row")
    else:
        frame.index = pd.Index(numbers, name="row")
    blank = _blank_rows(frame)
    if blank.any():
        notes.append(
            f"blank rows left out: {blank.sum()}, the first is row {frame.index[blank][0]}"
        )
    again = _header_rows(frame)
    if again.any():
        where = ", ".join(map(str, frame.index[again][:5]))
        notes.append(f"rows that repeat the header left out: {again.sum()} (row {where})")
    written = [name for name, at in zip(names, kept, strict=True) if stays_text(header[at])]
    draws = needed is not None
    rules = drawn_lines(frame, written) & ~blank if draws else np.zeros(len(frame), bool)
    if rules.any():
        where = ", ".join(map(str, frame.index[rules][:5]))
        notes.append(f"rows of dashes left out: {rules.sum()} (row {where})")
    rows = np.flatnonzero(~(blank | again | rules))
    if not frame.index.is_monotonic_increasing:
        rows = rows[np.argsort(frame.index.to_numpy()[rows], kind="stable")]
    marks = {
        name: decimals[at]
        for name, at in zip(names, kept, strict=True)
        if at < len(decimals) and name not in written
    }
    if not np.array_equal(rows, np.arange(len(frame))):
        frame = taken(frame, rows)
    if again.any() or rules.any():
        frame = converted(frame, marks)
    frame = without_second_line(frame, marks, notes)  # or no sum below it would be one of numbers
    totals = total_rows(frame, written)
    if totals.any():
        where = ", ".join(map(str, frame.index[totals][:5]))
        notes.append(f"rows of totals left out: {totals.sum()} (row {where})")
        frame = taken(frame, np.flatnonzero(~totals))
    summed = summary_rows(frame, written)
    if summed:
        where = ", ".join(map(str, frame.index[-summed:][:5]))
        notes.append(f"rows of averages and the like at the end left out: {summed} (row {where})")
        frame = frame.iloc[:-summed]
    below = 0
    if needed is not None:
        below = remarks_below(frame, written, [tidy_name(name) for name in needed])
    if below:
        where = ", ".join(map(str, frame.index[-below:][:5]))
        notes.append(f"remarks below the table left out: {below} (row {where})")
        frame = frame.iloc[:-below]
    if totals.any() or summed or below:
        frame = converted(frame, marks)
    notes += note_on_group_names(frame, written)
    frame = without_second_line(frame, marks, notes)  # that remarks below had hidden
    if _numbers_the_columns(frame):
        notes.append(f"a row that numbers the columns left out: row {frame.index[0]}")
        frame = frame.iloc[1:]
    return frame, notes


def columns_kept(header: Sequence[str], columns: Sequence[pd.Series]) -> list[int]:
    """Return the places of the columns that `build_frame` keeps: those with a name or any value.

    >>> columns_kept(["", "a", ""], [pd.Series([None]), pd.Series([None]), pd.Series([1])])
    [1, 2]
    """
    return [
        place
        for place, (name, column) in enumerate(zip(header, columns, strict=True))
        if tidy_name(str(name)) or column.notna().any()
    ]


def _note_beside(frame: pd.DataFrame, positions: list[int]) -> list[str]:
    """Say that a table of few rows stands beside, behind a blank column; it is read as columns.

    One column there is rather that of the remarks on the rows.
    """
    gaps = [
        place for place in range(1, len(positions)) if positions[place - 1] + 1 < positions[place]
    ]
    for place in gaps:
        beside = frame.iloc[:, place:]
        filled = int(beside.notna().to_numpy().any(axis=1).sum())
        if beside.shape[1] > 1 and filled <= LEAST_BESIDE * len(frame):
            names = ", ".join(map(repr, beside.columns[:5]))
            return [
                f"columns behind a blank one, filled in {filled:,} of {len(frame):,} rows: {names};"
                " if they are another table, delete it, for they are read with this one"
            ]
    return []


def _header_rows(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are the header once more, as files that were joined have it."""
    again = np.full(len(frame), frame.shape[1] > 1)
    for name, column in frame.items():
        if not again.any():
            break
        named = where_texts(column, partial(_is_text, text=str(name)))
        if named is None:
            return np.zeros(len(frame), bool)
        again &= named
    return again


def _is_text(column: pd.Series, text: str) -> pd.Series:
    return column.str.lstrip("\ufeff") == text


def _numbers_the_columns(frame: pd.DataFrame) -> bool:
    """Whether the first row holds 1, 2, 3, … as official forms have it, and is no flat.

    That it is none shows in a column whose other cells are texts, or far larger numbers.
    """
    if frame.shape[1] < 3 or len(frame) < 3:
        return False
    told = False
    for number, (_, column) in enumerate(frame.items(), start=1):
        if str(column.iloc[0]).strip().removesuffix(".0") != str(number):
            return False
        others = column.iloc[1:100].dropna()
        if pd.api.types.is_numeric_dtype(others):
            told |= len(others) > 0 and bool(others.min() > _FAR_BELOW * number)
        else:
            told |= len(others) > 0 and not any(parse_number(str(cell)) for cell in others)
    return told


def compacted(frame: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """Return the same table in less memory, where it has many rows; the columns `names` stay.

    A large file would otherwise take several times its size, by the time that it is split. The
    frame that comes is emptied, column by column.
    """
    if len(frame) <= MANY_ROWS:
        return frame
    columns, in_file = {}, is_large(*frame.shape)
    for name in list(frame.columns):
        values = frame.pop(name)
        values = values if name in names else smaller(values)
        columns[name] = column_in_file(values) if in_file else values
    whole = pd.DataFrame(columns, copy=False)
    whole.attrs = frame.attrs
    return whole


def smaller(values: pd.Series) -> pd.Series:
    """Return a column with each text once, and whole numbers in few bytes."""
    if pd.api.types.is_integer_dtype(values):
        return pd.to_numeric(values, downcast="integer")
    is_text = isinstance(values.dtype, pd.StringDtype)
    if is_text and values.iloc[:MANY_ROWS].nunique() < MANY_ROWS / 4:
        return values.astype("category")
    return values


def _name_columns(header: list[str], positions: list[int]) -> tuple[list[str], list[str]]:
    """Give each column a name of its own."""
    names: list[str] = []
    notes = []
    for name, position in zip(header, positions, strict=True):
        unique = base = name or f"column {position + 1}"
        repeats = 0
        while unique in names:
            repeats += 1
            unique = f"{base}.{repeats}"
        if unique != name:
            notes.append(
                f"a second column {name!r} is called {unique!r}"
                if name
                else f"a column without a name is called {unique!r}"
            )
        names.append(unique)
    if names and all(parse_number(name) is not None for name in header):
        notes.append("the first row, which should name the columns, holds numbers")
    return names, notes


def _blank_rows(frame: pd.DataFrame) -> np.ndarray:
    blank = np.ones(len(frame), dtype=bool)
    for name in frame:
        if not blank.any():
            break
        blank &= frame[name].isna().to_numpy()
    return blank
