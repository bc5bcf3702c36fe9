"""Reading whatever table a person has."""

import contextlib
import dataclasses
import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pandas as pd

from common.errors import UserError
from common.file_signatures import is_bare_xml, kind_of
from common.files import refuse_pipe
from common.tables.frames import TableFormat, compacted
from common.tables.layout import SEPARATORS, Wanted, tidy_name

EXPECTED = "a table: CSV, TSV, Excel (.xlsx), Parquet, JSON Lines"
_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
_PARQUET, _COMPOUND = b"PAR1", b"\xd0\xcf\x11\xe0"
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsb", ".xls", ".ods", ".parquet", ".jsonl")
_ON_ITS_SIDE = 1000
"""Rows of a table on its side, at most: each would be a column."""
_LARGEST = 4 << 30
"""Bytes that an archive may unpack to."""

_SHEETS_END = (65_536, 1_048_576)
"""The last row that a sheet of Excel has, of .xls and of .xlsx: what lies behind is cut off."""

_DAMAGED = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)

Reader = Callable[[Path, Wanted], tuple[pd.DataFrame, TableFormat, list[str]]]


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


def read_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    names: Collection[str] = (),
    as_text: Collection[str] = (),
    large: bool = False,
    hidden: str = "read",
) -> Table:
    """Read a table: CSV, TSV, a workbook, Parquet, a web page, JSON Lines, by its content.

    Workbooks are those of Excel (.xlsx, .xlsb, .xls, XML of 2003) and OpenDocument (.ods). Any of
    these may be packed with gzip, or alone in a zip.

    Of a text file the encoding (UTF-8 with or without mark, UTF-16, cp1251, koi8-r, cp866, Mac
    Cyrillic, cp1252, cp1250, gb18030, cp932, …), the separator (tab, `;`, `|`, `,`), and each
    column's decimal mark are found. A column becomes numbers where every cell is a plain number,
    thousands set apart or not. Prices with currency, dates, yes and no stay text: `parse_numbers`
    reads prices. So do codes like `007`. A cell is missing where it is empty or says so: `NA`,
    `null`, `-`, `нет данных`, … (`MISSING`).

    A text file is read in blocks: beside the frame, memory holds a few of 2 MB.

    Args:
        path: the file.
        sheet: of a workbook, the sheet's name. Otherwise the first that holds a table is read,
            or the first that has all `names` in one row.
        header_row: where the names of the columns stand, counted from 1. Otherwise it is found: a
            title above it is left out, with a note.
        names: columns that the table should have, by which its sheet and header are found.
        as_text: columns whose cells stay as they are written: `1.10`, `007` and `none` are three
            names of classes. Missing is then the empty cell alone.
        large: the path may be a folder of Parquet files, parts of one table; and a table of many
            rows is held in little memory: texts that repeat as categories, whole numbers in few
            bytes, the columns `names` as ever. Parquet is then read column by column.
        hidden: of a workbook or a page, whether the hidden rows and columns are read, with a note
            ("read"), or left out ("skip").

    Raises:
        UserError: one line, for a file that is not there, is no table, has no rows, is damaged,
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
    path, wanted = Path(path), Wanted(sheet, header_row, names, as_text, large, hidden)
    try:
        frame, found, notes = _read(path, wanted)
    except PermissionError:
        raise UserError(f"{path}: no permission to read this file, or a program holds it") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    if len(frame) == 0:
        raise UserError(f"{path}: the file has a header and no rows")
    header = str(frame.columns[0])
    if frame.shape[1] == 1 and (found.one_column or _holds_separators(frame, found.kind)):
        for name in names:
            if name != header and name in header:
                raise UserError(
                    f"{path}: one column, {header[:60]!r}, in which {name!r} stands; expected "
                    "columns set apart by , ; | or a tab"
                )
    _refuse_turned(path, frame, names)
    if found.kind in ("csv", "excel") and frame.index[-1] in _SHEETS_END:
        notes.append(
            f"the table ends in row {frame.index[-1]:,}, where a sheet of Excel ends: was it cut "
            "off there?"
        )
    if large and found.kind != "parquet":  # that has been made smaller as it was read
        frame = compacted(frame, names)
    return Table(frame, found, tuple(notes))


def _refuse_turned(path: Path, frame: pd.DataFrame, names: Collection[str]) -> None:
    """Refuse a table on its side, whose names stand below each other."""
    wanted = set(map(tidy_name, names))
    if not wanted or wanted & set(frame.columns[1:]) or frame.shape[1] < 2:
        return
    first = [str(frame.columns[0]), *map(str, frame.iloc[:_ON_ITS_SIDE, 0])]
    if tidy_name(first[0]) in wanted and frame.shape[1] <= len(frame):
        return  # a text that is called as a column is; on its side, each row would be a column
    places = [place for place, cell in enumerate(first) if tidy_name(cell) in wanted]
    if len(frame) < _ON_ITS_SIDE and len(places) == len(wanted) and places[-1] > 0:
        raise UserError(
            f"{path}: {first[places[0]]!r} stands in the first column: a table on its side? turn "
            "it round, so that names stand in the first row"
        )


def _holds_separators(frame: pd.DataFrame, kind: str) -> bool:
    """Whether a mark that sets columns apart stands in the only header.

    A name in a workbook may have a comma: there the first cells have the mark as well.
    """
    cells = [] if kind == "csv" else frame.iloc[:3, 0].astype(str)
    header = str(frame.columns[0])
    return any(mark in header and all(mark in cell for cell in cells) for mark in SEPARATORS)


def _read(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    if path.is_dir() and wanted.large:
        from common.tables.parquet import read_parquet_folder

        return read_parquet_folder(path, wanted)
    if path.is_dir():
        raise UserError(f"{path}: a folder, expected {EXPECTED}")
    if not path.exists():
        raise UserError(f"{path}: no such file")
    refuse_pipe(path)
    with _unpacked(path) as (plain, inner):
        try:
            frame, found, notes = _reader(plain)(plain, wanted)
        except UserError as error:
            raise UserError(str(error).replace(str(plain), str(path))) from error
    if inner:
        found = dataclasses.replace(found, packed=True)
        notes.insert(0, f"unpacked from the archive: {inner}")
    return frame, found, notes


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, str]]:
    """Give the table itself, and its name where it lay in an archive."""
    with path.open("rb") as file:
        start = file.read(4)
    member = _only_table(path) if start.startswith(_ZIP) else None
    if member is None and not start.startswith(_GZIP):
        yield path, ""
        return
    name = member or path.stem
    with tempfile.TemporaryDirectory(prefix="stickshift-") as folder:
        # Under a name of our own: that in an archive may lead anywhere.
        plain = Path(folder, "table" + Path(name).suffix.lower()[:10])
        try:
            packed: Any
            with contextlib.ExitStack() as stack:
                if member is None:
                    packed = stack.enter_context(gzip.open(path, "rb"))
                else:
                    archive = stack.enter_context(zipfile.ZipFile(path))
                    packed = stack.enter_context(archive.open(member))
                _copy(packed, stack.enter_context(plain.open("wb")), path)
        except _DAMAGED as error:
            raise UserError(
                f"{path}: a damaged archive, or one with a password ({error})"
            ) from None
        with plain.open("rb") as file:
            start = file.read(4)
        try:
            nested = start.startswith(_GZIP) or (start.startswith(_ZIP) and _only_table(plain))
        except UserError as error:
            raise UserError(str(error).replace(str(plain), str(path))) from None
        if nested:
            raise UserError(f"{path}: an archive within an archive, {name!r}; unpack it")
        yield plain, name


def _copy(packed: IO[bytes], file: IO[bytes], path: Path) -> None:
    """Unpack, but not without end."""
    left = _LARGEST
    while block := packed.read(1 << 20):
        left -= len(block)
        if left < 0:
            raise UserError(f"{path}: unpacks to more than {_LARGEST >> 30} GB")
        file.write(block)


def _only_table(path: Path) -> str | None:
    """Return the one table in a zip; None where the zip is a workbook, or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name and name[-1] != "/"]
            told = archive.open("mimetype").read(80) if "mimetype" in names else b""
    except (*_DAMAGED, NotImplementedError, OSError):
        return None
    for folder, kind in (("word/", "a Word document"), ("ppt/", "a presentation")):
        if any(name.startswith(folder) for name in names):
            raise UserError(f"{path}: {kind}, expected {EXPECTED}; copy its table into a workbook")
    for beginning, kind in (
        (b"application/vnd.oasis.opendocument.text", "a text of OpenDocument"),
        (b"application/vnd.oasis.opendocument.presentation", "a presentation"),
    ):
        if told.startswith(beginning):
            raise UserError(f"{path}: {kind}, expected {EXPECTED}; copy its table into a workbook")
    kind = "a workbook of Numbers"
    if any(name.endswith(".iwa") for name in names):
        raise UserError(f"{path}: {kind}, expected {EXPECTED}; export it as .xlsx")
    if {"[Content_Types].xml", "mimetype"} & set(names) or any(n.startswith("xl/") for n in names):
        return None
    own = [n for n in names if "__MACOSX" not in n and not Path(n).name.startswith(".")]
    tables = [name for name in own if name.casefold().endswith(_TABLES)]
    if len(tables) != 1:
        shown = ", ".join(map(repr, (tables or own)[:5])) or "nothing"
        raise UserError(f"{path}: a zip archive with {shown}, expected one table in it; unpack it")
    return tables[0]


def _reader(path: Path) -> Reader:
    """Decide what a file is by how it begins. Each reader's libraries take a while to import."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((*_ZIP, _COMPOUND)):
        from common.tables.excel import read_excel_table

        return read_excel_table
    if start.startswith(_PARQUET):
        from common.tables.parquet import read_parquet_table

        return read_parquet_table
    from common.tables import json_lines, markup

    if markup.looks_like_excel_xml(start):
        return markup.read_excel_xml
    if markup.looks_like_html(start):
        return markup.read_html_table
    if json_lines.looks_like_json(start):
        return json_lines.read_json_table
    kinds = {".xlsx": "an Excel workbook", ".parquet": "a Parquet file", ".ods": "a workbook"}
    if what := kinds.get(path.suffix.lower()):
        state = "not" if start else "empty, not"
        raise UserError(f"{path}: {state} {what}, for its beginning is not like one's")
    if kind := kind_of(start) or ("an XML file" if is_bare_xml(start) else None):
        raise UserError(f"{path}: {kind}, expected {EXPECTED}")
    from common.tables.text_tables import read_text_table

    return read_text_table
