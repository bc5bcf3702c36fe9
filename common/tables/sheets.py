"""From rows of cells, whatever program laid them out, to a frame."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from common.errors import UserError, unknown
from common.tables.cells import convert_cells, join_blocks, text_cells, written_cells
from common.tables.decimals import ENOUGH, find_decimals, read_either_way
from common.tables.frames import SHARES, TableFormat, build_frame, columns_kept
from common.tables.hidden_rows import NOTHING, Hidden
from common.tables.layout import Wanted, count_filled, find_header, has_names, tidy_name
from common.tables.number_formats import PERCENT, Sign, signs_beside, with_sign
from common.tables.outline_sums import rows_of_sums

_EXACT = 2**53
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, or a table of a page: its rows from the first on, blank cells None.

    merged: the first and the last cell (row, column), from 0, of cells that were made one. hidden:
    its hidden rows and columns. is_hidden: whether the sheet itself is.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    merged: Sequence[Span] = field(default_factory=tuple)
    hidden: Hidden = NOTHING
    is_hidden: bool = False


def frame_of(
    path: Path, sheets: Sequence[Sheet], kind: str, wanted: Wanted
) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the frame of the sheet that holds the table, the format, and notes.

    Raises UserError where no sheet holds anything, or not what was asked for.
    """
    sheet, top = _find(path, sheets, wanted)
    rows, count = _unmerged(sheet, top)
    skip = wanted.hidden == "skip"
    gone = sheet.hidden.rows if skip else ()
    sums = rows_of_sums(rows, sheet.hidden.levels, top, gone)
    rows, hidden = _without_hidden(sheet, rows, top, skip=skip)
    rows = _without(rows, {*sums}) if sums else rows
    filled = [(number, row) for number, row in enumerate(rows, 1) if count_filled(row)]
    (_, header), *body = [(number, row) for number, row in filled if number > top]
    header = _with_names_above(sheet, header, top)
    width = max(len(row) for _, row in [(0, header), *body])
    names = ["" if name is None else _as_text(name, ".") for name in header]
    columns = [
        [row[index] if index < len(row) else None for _, row in body] for index in range(width)
    ]
    texts = [[cell for cell in column if isinstance(cell, str)] for column in columns]
    decimals, decimal = find_decimals(texts, separator="")
    kept = [wanted.stays_text(name) for name in names] + [False] * (width - len(names))
    places = [number - 1 for number, _ in body]
    beside = [signs_beside(sheet.hidden.signs, at, places) for at in range(width)]
    shares = [at for at in range(width) if not kept[at] and _are_shares(columns[at], beside[at])]
    series = [
        _written(cells) if stays else _column(cells, mark, None if at in shares else beside[at])
        for at, (cells, mark, stays) in enumerate(zip(columns, decimals, kept, strict=True))
    ]
    numbers = np.array([number for number, _ in body], dtype=int)
    names += [""] * (width - len(names))
    frame, notes = build_frame(names, series, numbers, wanted.stays_text, wanted.names, decimals)
    if above := sum(number <= top for number, _ in filled):
        notes.insert(0, f"rows above the header left out: {above}; the header is row {top + 1}")
    if count:
        notes.append(f"merged cells: {count}, held for all the rows that each spans")
    if sums:
        where = ", ".join(str(number + 1) for number in sums[:5])
        notes.append(f"rows that sum up a group left out: {len(sums):,} (row {where})")
    if shares:
        places = columns_kept(names, series)  # a sheet's columns without a name or value go
        percents = [frame.columns[places.index(at)] for at in shares]
        listed = ", ".join(map(repr, percents[:10]))
        notes.append(f"percents by their format are read as fractions of 1: {listed}")
        frame.attrs[SHARES] = percents
    notes += hidden
    others = [other for other in sheets if other is not sheet]
    if shown := [repr(other.name) for other in others if not other.is_hidden]:
        notes.append(f"only sheet {sheet.name!r} is read, not {', '.join(shown)}")
    if away := [repr(other.name) for other in others if other.is_hidden]:
        notes.append(f"hidden sheets are not read: {', '.join(away)}")
    if sheet.is_hidden:
        notes.append(f"sheet {sheet.name!r} is hidden in the workbook, and was read")
    doubted = {name: _either_way(column) for name, column in zip(names, columns, strict=True)}
    either_way = {tidy_name(name): cell for name, cell in doubted.items() if cell}
    found = TableFormat(
        kind, decimal=decimal, sheet=sheet.name, header_row=top + 1, either_way=either_way
    )
    return frame, found, notes


def _either_way(cells: list[Any]) -> str | None:
    """See `read_either_way`; a cell that is a number tells."""
    are_texts = all(cell is None or isinstance(cell, str) for cell in cells[:ENOUGH])
    return read_either_way([str(cell or "") for cell in cells[:ENOUGH]]) if are_texts else None


def _find(path: Path, sheets: Sequence[Sheet], wanted: Wanted) -> tuple[Sheet, int]:
    """Return the sheet with the table, and how many rows stand above its header."""
    if wanted.sheet is not None:
        named = [sheet for sheet in sheets if sheet.name.casefold() == wanted.sheet.casefold()]
        if not named:
            raise unknown(f"sheet in {path}", wanted.sheet, [sheet.name for sheet in sheets])
        sheets = named
    sheets = [sheet for sheet in sheets if any(map(count_filled, sheet.rows))]
    if not sheets:
        raise UserError(f"{path}: the workbook is empty")
    # What somebody has hidden, lists to choose from or an earlier year, comes last.
    sheets = sorted(sheets, key=lambda sheet: sheet.is_hidden)
    if wanted.header_row is not None:
        for sheet in sheets:
            row = sheet.rows[wanted.header_row - 1 : wanted.header_row]
            if row and count_filled(row[0]):
                return sheet, wanted.header_row - 1
        raise UserError(f"{path}: row {wanted.header_row} is empty, it cannot be the header")
    tops = [(sheet, find_header(sheet.rows, wanted.names)) for sheet in sheets]
    tables = [(s, top) for s, top in tops if any(map(count_filled, s.rows[top + 1 :]))]
    # The names that are asked for tell the sheet; without them, what has columns is no cover.
    for sheet, top in tables:
        if wanted.names and has_names(sheet.rows[top], wanted.names):
            if sheet.is_hidden:
                _refuse_in_place_of_shown(path, sheet, tables, wanted.names)
            return sheet, top
    for sheet, top in tables:
        if count_filled(sheet.rows[top]) > 1:
            return sheet, top
    return (tables or tops)[0]


def _refuse_in_place_of_shown(
    path: Path, hidden: Sheet, tables: Sequence[tuple[Sheet, int]], names: Collection[str]
) -> None:
    """Refuse to read a hidden sheet where one that is shown lacks some of the columns alone.

    The hidden one is rather of an earlier year, and nobody would see it in the answers.
    """
    for sheet, top in tables:
        lacking = [name for name in names if not has_names(sheet.rows[top], [name])]
        if not sheet.is_hidden and len(lacking) < len(names):
            raise UserError(
                f"{path}: sheet {sheet.name!r} has no column {lacking[0]!r}, the hidden sheet "
                f"{hidden.name!r} has it; add the column, or show that sheet to have it read"
            )


def _unmerged(sheet: Sheet, top: int) -> tuple[Sequence[Sequence[Any]], int]:
    """Return the rows with merged cells below the header filled, and how many there were."""
    spans = [span for span in sheet.merged if span[0][0] > top and span[1][0] > span[0][0]]
    if not spans:
        return sheet.rows, 0
    rows = [list(row) for row in sheet.rows]
    for (first, left), (last, _) in spans:
        if first >= len(rows) or left >= len(rows[first]):
            continue
        for row in rows[first : last + 1]:
            # A row that is blank but for the merged cell is none of the table's.
            if left < len(row) and row[left] is None and count_filled(row):
                row[left] = rows[first][left]
    return rows, len(spans)


def _with_names_above(sheet: Sheet, header: Sequence[Any], top: int) -> Sequence[Any]:
    """Return the header with the names of cells that reach down into it, beside groups of names."""
    names = list(header)
    for (first, left), (last, _) in sheet.merged:
        if first < top <= last and left < min(len(names), len(sheet.rows[first])):
            names[left] = sheet.rows[first][left] if names[left] is None else names[left]
    return names


def _without_hidden(
    sheet: Sheet, rows: Sequence[Sequence[Any]], top: int, *, skip: bool
) -> tuple[Sequence[Sequence[Any]], list[str]]:
    """Return the rows, without those that are hidden if `skip`, and notes on what is hidden."""
    header = rows[top] if top < len(rows) else ()
    away = [
        number
        for number, row in enumerate(rows)
        if number > top and number in sheet.hidden.rows and count_filled(row)
    ]
    columns = [at for at, name in enumerate(header) if at in sheet.hidden.columns and name]
    notes = []
    if away:
        first = f"{len(away):,}, the first is row {away[0] + 1}"
        read = f"hidden rows are read: {first}; --hidden skip leaves them out"
        notes.append(f"hidden rows left out: {first}" if skip else read)
    if columns:
        names = ", ".join(repr(str(header[at])) for at in columns[:10])
        read = f"hidden columns are read: {names}; --hidden skip leaves them out"
        notes.append(f"hidden columns left out: {names}" if skip else read)
    if not skip or not notes:
        return rows, notes
    kept = [
        [None if at in sheet.hidden.columns else cell for at, cell in enumerate(row)]
        for row in _without(rows, {*away})
    ]
    return kept, notes


def _without(rows: Sequence[Sequence[Any]], gone: Collection[int]) -> Sequence[Sequence[Any]]:
    """Return the rows with some of them blank, so that the others keep their numbers."""
    return [[] if number in gone else row for number, row in enumerate(rows)]


def _written(cells: list[Any]) -> pd.Series:
    """A column as it is written: of the numbers of a workbook, what they say."""
    texts = [None if cell is None else _as_text(cell, ".") for cell in cells]
    column = written_cells(pa.array(texts, pa.large_string()))
    return pa.chunked_array([column]).to_pandas()


def _column(cells: list[Any], decimal: str, signs: list[Sign | None] | None) -> pd.Series:
    """Keep a column of one kind as it is; make one of numbers and text, or of text, what CSV is.

    Numbers beside which a format writes a currency or a unit are text as they are shown.
    """
    if signs is not None:
        cells = [
            shown.replace(".", decimal) if (shown := with_sign(cell, sign)) is not cell else cell
            for cell, sign in zip(cells, signs, strict=True)
        ]
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float}:
        whole = kinds == {int} and None not in cells
        return pd.Series(cells, dtype="int64" if whole else "float64")
    if kinds == {bool}:
        return pd.Series(cells, dtype="object" if None in cells else "bool")
    if kinds <= {datetime.datetime, datetime.date}:
        return pd.to_datetime(pd.Series(cells, dtype="object"))
    texts = [None if cell is None else _as_text(cell, decimal) for cell in cells]
    block = pa.array(texts, pa.large_string())
    column = join_blocks([convert_cells(block, decimal)]) or join_blocks([text_cells(block)])
    assert column is not None  # one block agrees with itself
    return column.to_pandas()


def _are_shares(cells: list[Any], signs: list[Sign | None] | None) -> bool:
    """Whether a format of percents stands beside every number, and no text is one.

    Such a column is the fractions that its cells hold, as any program reads them: what is trained
    on a workbook then answers for a frame or CSV of the same numbers. One that mixes 0.07, shown
    as 7 %, with a text or a number without that format, is read as it is shown.
    """
    if signs is None:
        return False
    numbers = [sign for cell, sign in zip(cells, signs, strict=True) if type(cell) in (int, float)]
    is_mixed = any(isinstance(cell, str) and "%" in cell for cell in cells)
    return bool(numbers) and set(numbers) == {PERCENT} and not is_mixed


def _as_text(cell: Any, decimal: str) -> str:
    """Spell a number in the decimal mark of the texts beside it, and a date as ISO 8601 does.

    True and false are spelt as Excel shows them, and writes them to CSV; a day has no midnight.
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, float):
        return (str(int(cell)) if cell.is_integer() else repr(cell)).replace(".", decimal)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def whole(cell: Any) -> Any:
    """Return a cell as it is meant: whole numbers without a fraction, and None for a blank.

    >>> [whole(cell) for cell in (3.0, 2.5, "", "a")]
    [3, 2.5, None, 'a']
    """
    if isinstance(cell, str) and cell == "":
        return None
    is_whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT
    return int(cell) if is_whole else cell
