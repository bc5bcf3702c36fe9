"""Reading and writing Excel workbooks (.xlsx)."""

import datetime
import itertools
import math
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, NUMERIC_TYPES, TIME_TYPES

from common.errors import UserError
from common.tables.cells import convert_cells, join_blocks, text_cells
from common.tables.frames import TableFormat, build_frame
from common.tables.layout import find_decimals

LARGEST = 2 << 30
"""A workbook is packed; more bytes than this are not unpacked, whoever sent them."""


def read_excel_table(path: Path) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the frame of a workbook's first sheet that holds anything, the format, and notes."""
    sheet, rows, others = _read_sheet(path)
    filled = [(number, row) for number, row in rows if any(cell is not None for cell in row)]
    if not filled:
        raise UserError(f"{path}: the workbook is empty")
    (_, header), *body = filled
    width = max(len(row) for _, row in filled)
    names = ["" if name is None else str(name) for name in header] + [""] * (width - len(header))
    columns = [
        [row[index] if index < len(row) else None for _, row in body] for index in range(width)
    ]
    texts = [[cell for cell in column if isinstance(cell, str)] for column in columns]
    decimals, decimal = find_decimals(texts, separator="")
    series = [_column(*column) for column in zip(columns, decimals, strict=True)]
    frame, notes = build_frame(names, series, np.array([number for number, _ in body], dtype=int))
    if others:
        notes.append(f"only sheet {sheet!r} is read, not {', '.join(map(repr, others))}")
    return frame, TableFormat("excel", decimal=decimal, sheet=sheet), notes


def _read_sheet(path: Path) -> tuple[str, list[tuple[int, tuple]], list[str]]:
    """The first sheet that holds anything, its numbered rows, and the other sheets' names."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LARGEST:
            raise UserError(
                f"{path}: the workbook unpacks to {unpacked / 2**30:.1f} GB, at most "
                f"{LARGEST >> 30} GB are read; save the sheet as CSV"
            )
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                rows = list(enumerate(sheet.iter_rows(values_only=True), 1))
                if any(cell is not None for _, row in rows for cell in row):
                    break
            names = [other.title for other in book.worksheets if other is not sheet]
            return sheet.title, rows, names
        finally:
            book.close()
    except UserError:
        raise
    except OSError:
        raise
    except Exception as error:  # openpyxl lets out whatever its parsers raise
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UserError(f"{path}: not a sound Excel workbook ({reason})") from error


def _column(cells: list, decimal: str) -> pd.Series:
    """Keep a column of one kind as it is; make one of numbers and text, or of text, what CSV is."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int, float}:
        return pd.Series(cells, dtype="float64" if kinds != {int} or None in cells else None)
    if kinds == {bool}:
        return pd.Series(cells, dtype="object" if None in cells else "bool")
    if kinds <= {datetime.datetime, datetime.date}:
        return pd.to_datetime(pd.Series(cells, dtype="object"))
    texts = [None if cell is None else _as_text(cell, decimal) for cell in cells]
    block = pa.array(texts, pa.large_string())
    column = join_blocks([convert_cells(block, decimal)]) or join_blocks([text_cells(block)])
    return column.to_pandas()


def _as_text(cell: object, decimal: str) -> str:
    """Spell a number in the decimal mark of the texts beside it, and a date as ISO 8601 does."""
    if isinstance(cell, float):
        return (str(int(cell)) if cell.is_integer() else repr(cell)).replace(".", decimal)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


def write_excel(frame: pd.DataFrame, file: BinaryIO) -> None:
    """Write a workbook of one sheet; text that begins like a formula stays text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    rows = zip(*(column for _, column in frame.items()), strict=True)
    for row in itertools.chain([frame.columns], rows):
        cells = []
        for value in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet)
            if not pd.isna(value):
                cell.value = _excel_value(value)
            if cell.data_type == "f":
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(file)


def _excel_value(value: object) -> object:
    """What Excel has no cell for becomes text: infinities, moments of a time zone, the rest."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime.datetime | datetime.time) and value.tzinfo:
        return value.isoformat()
    if isinstance(value, NUMERIC_TYPES + TIME_TYPES):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))
