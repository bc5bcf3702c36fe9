"""Workbooks: Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods) are read, .xlsx is written."""

import datetime
import io
import itertools
import math
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import openpyxl
import pandas as pd
import python_calamine
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, NUMERIC_TYPES, TIME_TYPES

from common.errors import UserError
from common.tables.frames import TableFormat
from common.tables.hidden_rows import NOTHING, find_hidden
from common.tables.layout import Wanted
from common.tables.ole_container import read_compound
from common.tables.sheets import Sheet, frame_of, whole

LARGEST = 2 << 30
"""A workbook is packed; more bytes than this are not unpacked, whoever sent them."""


def read_excel_table(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the frame of the sheet that holds the table, the format, and notes."""
    _check_size(path)
    compound = read_compound(path)
    hidden = find_hidden(path, compound)
    try:
        with python_calamine.load_workbook(io.BytesIO(compound) if compound else path) as book:
            shown = python_calamine.SheetVisibleEnum.Visible
            sheets = [_sheet(book, each.name, each.visible != shown) for each in _listed(book)]
    except OSError:
        raise
    except BaseException as error:  # a panic of its parsers is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        if "password" in str(error).casefold():
            raise UserError(f"{path}: a workbook with a password; save it without one") from None
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UserError(f"{path}: not a sound Excel workbook ({reason})") from error
    sheets = [replace(sheet, hidden=hidden.get(sheet.name, NOTHING)) for sheet in sheets]
    frame, found, notes = frame_of(path, sheets, "excel", wanted)
    if zipfile.is_zipfile(path):
        _refuse_bare_formulas(path, found.sheet, frame)
    return frame, found, notes


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):  # .xls, or damaged: see below
        return
    if unpacked > LARGEST:
        raise UserError(
            f"{path}: the workbook unpacks to {unpacked / 2**30:.1f} GB, at most "
            f"{LARGEST >> 30} GB are read; save the sheet as CSV"
        )


def _listed(book: python_calamine.CalamineWorkbook) -> list[python_calamine.SheetMetadata]:
    """Return the sheets that hold cells, not those that are one chart."""
    sheet = python_calamine.SheetTypeEnum.WorkSheet
    return [each for each in book.sheets_metadata if each.typ == sheet]


def _sheet(book: python_calamine.CalamineWorkbook, name: str, is_hidden: bool) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows = [[whole(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return Sheet(name, rows, tuple(sheet.merged_cell_ranges or ()), is_hidden=is_hidden)


def _refuse_bare_formulas(path: Path, sheet: str | None, frame: pd.DataFrame) -> None:
    """Refuse a column of formulas that nobody has computed: programs write such files."""
    empty = [name for name in frame.columns if frame[name].isna().all()]
    if not empty:
        return
    try:
        book = openpyxl.load_workbook(path, read_only=True)
        try:
            rows = book[sheet].iter_rows(values_only=True)
            holds = any(isinstance(cell, str) and cell[:1] == "=" for row in rows for cell in row)
        finally:
            book.close()
    except Exception:  # of another program's making, and read well enough without this
        return
    if holds:
        raise UserError(
            f"{path}: column {empty[0]!r} holds formulas without their values; open the file in "
            "Excel or LibreOffice and save it, then they are there"
        )


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


def _excel_value(value: object) -> Any:
    """What Excel has no cell for becomes text: infinities, moments of a time zone, the rest."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime.datetime | datetime.time) and value.tzinfo:
        return value.isoformat()
    if isinstance(value, NUMERIC_TYPES + TIME_TYPES):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))
