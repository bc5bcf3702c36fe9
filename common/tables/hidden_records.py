"""What is hidden in workbooks that are made of binary records: .xls and .xlsb."""

import struct
from collections.abc import Iterator

from common.tables.ole_container import read_stream

Found = tuple[set[int], set[int], dict[int, int]]
"""The rows and the columns of a sheet that are hidden, numbered from 0, and the levels of rows."""

_SHEET, _ROW, _COLUMN, _BEGIN, _END = 0x85, 0x208, 0x7D, 0x809, 0x0A
_BINARY_SHEET, _BINARY_ROW, _BINARY_COLUMN = 156, 0, 60


def in_old_workbook(data: bytes) -> dict[str, Found]:
    """Return what is hidden in a workbook of Excel 97 to 2003, whose stream is made of records.

    Source: Microsoft, "[MS-XLS]: Excel Binary File Format (.xls) Structure".
    """
    stream = read_stream(data, ("Workbook", "Book"))
    sheets = []
    for kind, record in _records(stream, 0):
        if kind == _SHEET:
            (place,) = struct.unpack_from("<I", record)
            length, is_wide = record[6], record[7] & 1
            letters = record[8 : 8 + length * (2 if is_wide else 1)]
            sheets.append((letters.decode("utf-16-le" if is_wide else "latin-1"), place))
    found = {}
    for name, place in sheets:
        rows, columns, levels = found[name] = set[int](), set[int](), dict[int, int]()
        for kind, record in _records(stream, place):
            if kind == _ROW:
                (row,) = struct.unpack_from("<H", record)
                _note_row(row, record[12] & 0x20, record[12] & 7, rows, levels)
            elif kind == _COLUMN and record[8] & 1:
                first, last = struct.unpack_from("<HH", record)
                columns |= set(range(first, last + 1))
    return found


def _note_row(row: int, is_hidden: int, level: int, rows: set[int], levels: dict[int, int]) -> None:
    if is_hidden:
        rows.add(row)
    if level:
        levels[row] = level


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part that begins at a place, without those of parts inside it."""
    depth = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif kind == _BEGIN:
            depth += 1
        elif depth == 1:
            yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def names_of_sheets(book: bytes) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet of a binary workbook (.xlsb), and how its file is called there.

    Source: Microsoft, "[MS-XLSB]: Excel (.xlsb) Binary File Format", as of what follows.
    """
    for kind, record in _binary_records(book):
        if kind == _BINARY_SHEET:
            called, place = _text(record, 8)
            yield _text(record, place)[0], called


def in_binary_sheet(sheet: bytes, last_column: int) -> Found:
    """Return what is hidden in a sheet of a binary workbook (.xlsb), up to a column."""
    rows, columns, levels = set[int](), set[int](), dict[int, int]()
    for kind, record in _binary_records(sheet):
        if kind == _BINARY_ROW:
            (row,) = struct.unpack_from("<I", record)
            _note_row(row, record[11] & 0x10, record[11] & 7, rows, levels)
        elif kind == _BINARY_COLUMN and record[16] & 1:
            first, last = struct.unpack_from("<II", record)
            columns |= set(range(first, min(last + 1, last_column)))
    return rows, columns, levels


def _text(record: bytes, place: int) -> tuple[str, int]:
    """Return a text of a record, and where it ends."""
    (length,) = struct.unpack_from("<I", record, place)
    end = place + 4 + 2 * length
    return record[place + 4 : end].decode("utf-16-le"), end


def _binary_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the content of each record.

    Kind and length stand before it, in bytes of seven bits, of which the last begins with a 0.
    """
    place = 0
    while place < len(data):
        kind, place = _number(data, place)
        length, place = _number(data, place)
        yield kind, data[place : place + length]
        place += length


def _number(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place
