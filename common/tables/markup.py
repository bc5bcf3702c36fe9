"""Tables in markup: web pages and Excel's XML of 2003, which sites hand out under the name .xls."""

import html.parser
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from common.encodings import detect_encoding
from common.errors import UserError
from common.tables.frames import TableFormat
from common.tables.hidden_rows import Hidden
from common.tables.layout import Wanted
from common.tables.number_formats import PERCENT, Sign, sign_of
from common.tables.sheets import Sheet, Span, frame_of, whole
from common.tables.xml_tags import LAST_COLUMN, LAST_ROW

LARGEST = 256 << 20
"""Markup is read as a whole; a larger file is no table that somebody clicked together."""

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_DIGIT = re.compile(r"\s*[-−+]?\d")
_EXCEL_XML = "{urn:schemas-microsoft-com:office:spreadsheet}"
_NAMED_FORMATS = {"Percent": PERCENT, "Euro Currency": Sign("€")}

_SINGLE = frozenset(("input", "img", "br", "hr", "wbr", "col", "meta", "link"))
"""Tags that nothing closes."""
_Rows = list[list[str | None]]


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
    tables = [(rows, hidden) for rows, hidden in reader.tables if len(rows) > 1]
    if not tables:
        raise UserError(f"{path}: a web page without a table; save the table as .xlsx or CSV")
    tables.sort(key=lambda table: sum(map(len, table[0])), reverse=True)
    sheets = [
        Sheet(f"table {number}", rows, hidden=Hidden(hidden))
        for number, (rows, hidden) in enumerate(tables, 1)
    ]
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
    styles = _xml_styles(root)
    sheets = []
    for number, sheet in enumerate(root.iter(f"{_EXCEL_XML}Worksheet"), 1):
        name = sheet.get(f"{_EXCEL_XML}Name", f"sheet {number}")
        sheets.append(_xml_sheet(name, sheet, styles))
    return frame_of(path, sheets, "excel", wanted)


def _read(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise UserError(f"{path}: markup of more than {LARGEST >> 20} MB; save the table as CSV")
    return path.read_bytes()


def _xml_styles(root: ElementTree.Element) -> dict[str, Sign]:
    """Return the styles whose formats write something beside a number, and what."""
    found = {}
    for style in root.iter(f"{_EXCEL_XML}Style"):
        code = style.find(f"{_EXCEL_XML}NumberFormat")
        written = "" if code is None else code.get(f"{_EXCEL_XML}Format", "")
        if sign := _NAMED_FORMATS.get(written) or sign_of(written):
            found[style.get(f"{_EXCEL_XML}ID", "")] = sign
    return found


def _xml_sheet(name: str, sheet: ElementTree.Element, styles: Mapping[str, Sign]) -> Sheet:
    rows: list[list[str | float | None]] = []
    merged: list[Span] = []
    hidden: set[int] = set()
    signs: dict[int, dict[Sign, list[int]]] = {}
    for row in sheet.iter(f"{_EXCEL_XML}Row"):
        place = _index(row, len(rows), LAST_ROW)  # blank rows before it are left out
        rows += [[] for _ in range(place - len(rows))]
        hidden |= {place} if row.get(f"{_EXCEL_XML}Hidden") == "1" else set()
        rows.append(_xml_row(row, place, merged, styles, signs))
    columns: set[int] = set()
    at = 0
    for column in sheet.iter(f"{_EXCEL_XML}Column"):
        at = _index(column, at, LAST_COLUMN)
        wide = 1 + _count(column, "Span")
        if column.get(f"{_EXCEL_XML}Hidden") == "1":
            columns |= set(range(at, min(at + wide, LAST_COLUMN)))
        at += wide
    return Sheet(name, rows, merged, Hidden(frozenset(hidden), frozenset(columns), signs=signs))


def _xml_row(
    row: ElementTree.Element,
    place: int,
    merged: list[Span],
    styles: Mapping[str, Sign],
    signs: dict[int, dict[Sign, list[int]]],
) -> list[str | float | None]:
    """Return the cells of a row; what reaches over several rows is added to `merged`.

    What the formats of its cells write beside their numbers is added to `signs`.
    """
    cells: list[str | float | None] = []
    for cell in row.iter(f"{_EXCEL_XML}Cell"):
        at = _index(cell, len(cells), LAST_COLUMN)
        cells += [None] * (at - len(cells))
        data = cell.find(f"{_EXCEL_XML}Data")
        text = "" if data is None else "".join(data.itertext())
        kind = "" if data is None else data.get(f"{_EXCEL_XML}Type")
        across, down = _count(cell, "MergeAcross"), _count(cell, "MergeDown")
        cells.append(_xml_value(text, kind or ""))
        if sign := styles.get(cell.get(f"{_EXCEL_XML}StyleID", "")):
            signs.setdefault(at, {}).setdefault(sign, []).append(place)
        cells += [None] * min(across, LAST_COLUMN - len(cells))
        if down:
            merged.append(((place, at), (place + down, at + across)))
    return cells


def _xml_value(text: str, kind: str) -> Any:
    if kind == "Boolean" and text in ("0", "1"):
        return text == "1"
    try:
        return whole(float(text)) if kind == "Number" else text.strip() or None
    except ValueError:
        return text.strip() or None


def _index(element: ElementTree.Element, following: int, most: int) -> int:
    """Return the place of a row or cell, from 0: its own, where it says one, or the following."""
    index = element.get(f"{_EXCEL_XML}Index", "")
    return max(following, min(int(index) - 1, most)) if index.isdigit() else following


def _count(element: ElementTree.Element, name: str) -> int:
    """Return how many more cells an element reaches over."""
    count = element.get(f"{_EXCEL_XML}{name}", "")
    return min(int(count), LAST_COLUMN) if count.isdigit() else 0


class _TableReader(html.parser.HTMLParser):
    """Collects the cells of each table, and which rows are hidden.

    A cell that spans several is repeated. What a page keeps in a cell and does not show, such as
    the key by which a column is sorted, is left out.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[_Rows, frozenset[int]]] = []
        self._open: list[_Rows] = []
        self._hidden: list[set[int]] = []
        self._unseen, self._depth = "", 0
        """The tag that is not shown, and how many of its name are open within it."""
        self._tables_unseen = 0
        self._above = False
        """Whether what follows stands above the line, after a digit."""
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._reaching: dict[int, tuple[int, int, str | None]] = {}
        """By column: the first and the last row of the cell that was put there last, its text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_hidden = "hidden" in given or bool(_HIDDEN.search(given.get("style") or ""))
        if self._unseen:
            self._depth += tag == self._unseen
            self._tables_unseen += tag == "table"
        elif tag == "table":
            self._end_cell()
            self._open.append([])
            self._hidden.append(set())
            self._reaching = {}
        elif tag == "tr" and self._open:
            self._end_cell()
            self._hidden[-1] |= {len(self._open[-1])} if is_hidden else set()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            self._span = _number(given.get("rowspan")), _number(given.get("colspan"))
            self._cell = []
        elif self._cell is None:
            return
        elif tag in ("script", "style", "template") or (is_hidden and tag not in _SINGLE):
            self._unseen, self._depth = tag, 1
        elif tag == "br":
            self._cell.append(" ")
        elif tag == "sup" and "".join(self._cell)[-1:].isdigit():
            self._above = True

    def handle_endtag(self, tag: str) -> None:
        if self._tables_unseen and tag in ("td", "th", "tr", "table"):
            self._tables_unseen -= tag == "table"
            return
        if self._unseen and tag not in ("td", "th", "tr", "table"):
            self._depth -= tag == self._unseen
            self._unseen = self._unseen if self._depth else ""
            return
        if tag in ("td", "th", "tr", "table"):
            self._unseen = ""
            self._end_cell()
        if tag == "table" and self._open:
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unseen:
            if self._above and _DIGIT.match(data):
                self._cell.append("^")  # a footnote, or a power, and no further digit
            self._above = False
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_cell()
        while self._open:  # cut short
            self._end_table()

    def _end_table(self) -> None:
        rows, hidden = self._open.pop(), self._hidden.pop()
        kept = [number for number, row in enumerate(rows) if row]
        places = frozenset(place for place, number in enumerate(kept) if number in hidden)
        self.tables.append(([rows[number] for number in kept], places))

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
