"""Which rows and columns of a workbook's sheets are hidden, and which rows lie in groups.

A reader of cells does not say it, so it is looked up in the file itself.
"""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath
from types import MappingProxyType
from typing import IO, NamedTuple

from common.errors import UserError
from common.tables.hidden_records import (
    Found,
    binary_styles,
    in_binary_sheet,
    in_old_workbook,
    names_of_sheets,
)
from common.tables.number_formats import (
    CellSigns,
    Sign,
    Signs,
    column_number,
    signs_in_open_document,
    signs_of_styles,
)
from common.tables.xml_tags import LAST_COLUMN, LAST_ROW, tags

_LARGEST_STYLES = 8 << 20
"""Bytes of the styles of an .xlsb, which are read as a whole; all that Excel allows take fewer."""
_LEAST_FILLED = ((1 << 24, 0.01), (1 << 27, 0.25))
"""The share of its cells that hold something at least, by how many there are: so many cells, blank
or not, take half a gigabyte and four. A wide table may well have gaps."""
_CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>(?!\s*</)""")
"""A cell that holds something: what has a style alone is none for a reader."""
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, RuntimeError, StopIteration),  # a password is a RuntimeError
)


class Hidden(NamedTuple):
    """The hidden rows and columns of a sheet, numbered from 0.

    levels: how deep in the outline a row lies, of those that lie in a group at all. signs: what
    the formats of its cells write beside their numbers.
    """

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    levels: Mapping[int, int] = MappingProxyType({})
    signs: Signs = MappingProxyType({})


NOTHING = Hidden()


def find_hidden(path: Path, compound: bytes = b"") -> dict[str, Hidden]:
    """Return what is hidden in the sheets of a workbook, by their names.

    Known are .xlsx, .xlsb, .ods and .xls; of other files, and of damaged ones, nothing is said.

    Args:
        path: the file.
        compound: the bytes of an .xls, which its reader has read.

    Raises:
        UserError: a cell of an .xlsx stands so far from the others that no memory would hold all
            between them.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _in_archive(archive)
        found = in_old_workbook(compound) if compound else {}
        return {name: _frozen(parts) for name, parts in found.items()}
    except _DAMAGED:  # the reader of cells says it
        return {}


def _in_archive(archive: zipfile.ZipFile) -> dict[str, Hidden]:
    """Return what is hidden in a workbook that is a zip archive: all of them but .xls."""
    names = set(archive.namelist())
    if "content.xml" in names:
        with archive.open("content.xml") as content:
            hidden = _in_open_document(content)
        with archive.open("content.xml") as content:
            signs = signs_in_open_document(content)
        return {name: one._replace(signs=signs.get(name, {})) for name, one in hidden.items()}
    if "xl/workbook.xml" in names:
        styles = signs_of_styles(archive)
        return {
            name: _in_sheet(archive, part, styles)
            for name, part in _sheet_parts(archive)
            if part in names
        }
    if "xl/workbook.bin" in names:
        styles = _binary_styles(archive) if "xl/styles.bin" in names else {}
        return {
            name: _frozen(in_binary_sheet(archive.read(part), LAST_COLUMN, styles))
            for name, part in _binary_sheet_parts(archive)
            if part in names
        }
    return {}


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and that of the file that holds it."""
    places = _places(archive, "xl/_rels/workbook.xml.rels")
    for attributes in tags(archive.open("xl/workbook.xml"), "sheet"):
        if "name" in attributes and (place := places.get(attributes.get("id", ""))):
            yield attributes["name"], place


def _binary_sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    places = _places(archive, "xl/_rels/workbook.bin.rels")
    for name, called in names_of_sheets(archive.read("xl/workbook.bin")):
        if place := places.get(called):
            yield name, place


def _binary_styles(archive: zipfile.ZipFile) -> dict[int, Sign]:
    with archive.open("xl/styles.bin") as part:
        content = part.read(_LARGEST_STYLES + 1)
    return binary_styles(content) if len(content) <= _LARGEST_STYLES else {}


def _places(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return where in an archive what a workbook has relations to stands."""
    return {
        attributes.get("Id", ""): normpath(join("/xl", attributes["Target"])).lstrip("/")
        for attributes in tags(archive.open(part), "Relationship")
        if "Target" in attributes
    }


def _frozen(parts: Found) -> Hidden:
    return Hidden(frozenset(parts.rows), frozenset(parts.columns), parts.levels, parts.signs)


def _in_sheet(archive: zipfile.ZipFile, part: str, styles: Mapping[int, Sign]) -> Hidden:
    rows, columns, levels, row = set(), set(), {}, -1
    extent, signs = _Extent(), CellSigns(styles)
    with archive.open(part) as sheet:
        for attributes in tags(sheet, "row|col", extent.look_at, signs.look_at):
            is_hidden = attributes.get("hidden") in ("1", "true")
            if "min" in attributes:
                if is_hidden:
                    first, last = int(attributes["min"]), int(attributes.get("max", 0))
                    columns |= set(range(first - 1, min(last, LAST_COLUMN)))
            else:
                row = int(attributes["r"]) - 1 if "r" in attributes else row + 1
                if is_hidden:
                    rows.add(row)
                if level := int(attributes.get("outlineLevel", 0)):
                    levels[row] = level
    extent.refuse_stray_cell(archive.filename)
    return Hidden(frozenset(rows), frozenset(columns), levels, signs.found)


class _Extent:
    """How far the cells of a sheet reach. Between the table and a cell far away all would be kept
    in memory, terabytes of nothing.
    """

    def __init__(self) -> None:
        self.columns: Counter[bytes] = Counter()
        self.row, self.in_row = 0, 0
        """The last row, and how many of its cells hold something."""
        self.lowest, self.widest = "", ""
        self.width = 0

    def look_at(self, text: bytes) -> None:
        cells = _CELL.findall(text)
        if not cells:
            return
        numbers = [int(number) for _, number in cells]
        last = max(numbers)
        if last > self.row:
            letters, number = cells[numbers.index(last)]
            self.row, self.in_row, self.lowest = last, 0, (letters + number).decode()
        self.in_row += numbers.count(self.row)
        self.columns.update(letters for letters, _ in cells)
        widest = max(self.columns, key=column_number)
        if column_number(widest) > self.width:
            self.width = column_number(widest)
            self.widest = next((a + b).decode() for a, b in cells if a == widest)

    def refuse_stray_cell(self, path: str | None) -> None:
        area, filled = self.row * self.width, self.columns.total()
        if not any(area > many and filled < share * area for many, share in _LEAST_FILLED):
            return
        in_column = self.columns[max(self.columns, key=column_number)]
        cell = self.widest if in_column <= self.in_row else self.lowest
        raise UserError(
            f"{path}: a sheet of {area:,} cells of which most are blank: delete the one far "
            f"from the table, {cell}"
        )


def _in_open_document(content: IO[bytes]) -> dict[str, Hidden]:
    sheets: dict[str, Found] = {}
    found, row, column, level = Found(), 0, 0, 0
    parts = "table:table|/?table:table-row-group|table:table-row|table:table-column"
    for attributes in tags(content, parts):
        tag = attributes["tag"].removeprefix("table:")
        if tag == "table":
            found, row, column, level = Found(), 0, 0, 0
            sheets[attributes.get("name", "")] = found
        elif tag == "table-row-group":
            level += 1
        elif tag == "/table:table-row-group":
            level -= 1
        elif tag == "table-row":
            last = row + int(attributes.get("number-rows-repeated", 1))
            if attributes.get("visibility") in ("collapse", "filter"):
                found.rows.update(range(row, min(last, LAST_ROW)))
            if level:
                found.levels.update(dict.fromkeys(range(row, min(last, LAST_ROW)), level))
            row = last
        else:
            last = column + int(attributes.get("number-columns-repeated", 1))
            if attributes.get("visibility") in ("collapse", "filter"):
                found.columns.update(range(column, min(last, LAST_COLUMN)))
            column = last
    return {name: _frozen(one) for name, one in sheets.items()}
