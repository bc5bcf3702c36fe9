"""Tables in markup: web pages and Excel's XML of 2003, which sites hand out under the name .xls."""

import html.parser
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from common.encodings import detect_encoding
from common.errors import UserError
from common.tables.frames import TableFormat
from common.tables.layout import Wanted
from common.tables.sheets import Sheet, frame_of

LARGEST = 256 << 20
"""Markup is read as a whole; a larger file is no table that somebody clicked together."""

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_EXCEL_XML = "{urn:schemas-microsoft-com:office:spreadsheet}"


def looks_like_html(start: bytes) -> bool:
    """Whether a file that begins so is a web page, or a piece of one.

    >>> looks_like_html(b"  <HTML><body>"), looks_like_html(b"<a>;<b>")
    (True, False)
    """
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<body", b"<table"))


def looks_like_excel_xml(start: bytes) -> bool:
    """Whether a file that begins so is a workbook in Excel's XML of 2003."""
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") and (
        b"urn:schemas-microsoft-com:office:spreadsheet" in start
    )


def read_html_table(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the frame of a page's table, the format, and notes."""
    content = _read(path)
    charset = _CHARSET.search(content[:4096])
    try:
        encoding = charset[1].decode() if charset else detect_encoding(content)
        text = content.decode(encoding, errors="replace")
    except LookupError:
        text = content.decode(detect_encoding(content), errors="replace")
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    tables = [rows for rows in reader.tables if len(rows) > 1]
    if not tables:
        raise UserError(f"{path}: a web page without a table; save the table as .xlsx or CSV")
    tables.sort(key=lambda rows: sum(map(len, rows)), reverse=True)
    sheets = [Sheet(f"table {number}", rows) for number, rows in enumerate(tables, 1)]
    return frame_of(path, sheets, "html", wanted)


def read_excel_xml(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the frame of a workbook in Excel's XML of 2003, the format, and notes."""
    content = _read(path)
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise UserError(f"{path}: XML with definitions of its own, which no workbook needs")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise UserError(f"{path}: not a sound workbook in XML ({error})") from None
    sheets = []
    for number, sheet in enumerate(root.iter(f"{_EXCEL_XML}Worksheet"), 1):
        name = sheet.get(f"{_EXCEL_XML}Name", f"sheet {number}")
        sheets.append(Sheet(name, [_xml_row(row) for row in sheet.iter(f"{_EXCEL_XML}Row")]))
    return frame_of(path, sheets, "excel", wanted)


def _read(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise UserError(f"{path}: markup of more than {LARGEST >> 20} MB; save the table as CSV")
    return path.read_bytes()


def _xml_row(row: ElementTree.Element) -> list[str | float | None]:
    cells: list[str | float | None] = []
    for cell in row.iter(f"{_EXCEL_XML}Cell"):
        index = cell.get(f"{_EXCEL_XML}Index")  # blank cells before it are left out
        if index is not None and index.isdigit():
            cells += [None] * min(int(index) - 1 - len(cells), 16384)
        data = cell.find(f"{_EXCEL_XML}Data")
        text = "" if data is None else "".join(data.itertext())
        is_number = data is not None and data.get(f"{_EXCEL_XML}Type") == "Number"
        try:
            number = float(text) if is_number else None
        except ValueError:
            number = None
        if number is not None and number.is_integer() and abs(number) < 2**53:
            number = int(number)
        cells.append(text.strip() or None if number is None else number)
    return cells


class _TableReader(html.parser.HTMLParser):
    """Collects the cells of each table; a cell that spans several is repeated."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str | None]]] = []
        self._open: list[list[list[str | None]]] = []
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._reaching: dict[int, tuple[int, int, str | None]] = {}
        """By column: the first and the last row of the cell that was put there last, its text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self._open.append([])
            self._reaching = {}
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            given = dict(attrs)
            self._span = _number(given.get("rowspan")), _number(given.get("colspan"))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._open:
            self.tables.append([row for row in self._open.pop() if row])

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_cell()
        self.tables += [[row for row in table if row] for table in self._open]  # cut short
        self._open = []

    def _end_cell(self) -> None:
        if self._cell is None or not self._open:
            return
        text = " ".join("".join(self._cell).split()) or None
        self._cell, (down, across) = None, self._span
        row, number = self._open[-1][-1], len(self._open[-1]) - 1
        self._repeat_from_above(row, number)
        for _ in range(across):
            self._reaching[len(row)] = (number, number + down - 1, text)
            row.append(text)
        self._repeat_from_above(row, number)

    def _repeat_from_above(self, row: list[str | None], number: int) -> None:
        """Take into a row the cells of earlier rows that reach down to where the row stands."""
        while True:
            first, last, text = self._reaching.get(len(row), (number, number, None))
            if not first < number <= last:
                return
            row.append(text)


def _number(text: str | None) -> int:
    return min(max(int(text), 1), 1000) if text and text.isdigit() else 1
