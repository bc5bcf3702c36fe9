"""What is hidden in workbooks that are made of binary records, and how their numbers are shown:
.xls and .xlsb.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from common.tables.number_formats import MOST_STYLES, OF_ALL, Sign, sign_of
from common.tables.ole_container import read_stream

_SHEET, _ROW, _COLUMN, _BEGIN, _END = 0x85, 0x208, 0x7D, 0x809, 0x0A
_FORMAT, _STYLE, _FORMULA, _NUMBER, _SHORT, _SHORTS = 0x41E, 0xE0, 0x06, 0x203, 0x27E, 0xBD
_BINARY_SHEET, _BINARY_ROW, _BINARY_COLUMN = 156, 0, 60
_BINARY_FORMAT, _BINARY_STYLE, _BINARY_STYLES, _BINARY_STYLES_END = 44, 47, 617, 618
_BINARY_NUMBERS = (2, 5, 9)
"""Records of cells that hold a number: a short one, a whole one, that of a formula."""


@dataclass
class Found:
    """Of a sheet the rows and the columns that are hidden, numbered from 0, and the levels of rows.

    signs: by columns what the formats of cells write beside numbers, and in which rows.
    """

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    levels: dict[int, int] = field(default_factory=dict)
    signs: dict[int, dict[Sign, list[int]]] = field(default_factory=dict)

    def note_row(self, row: int, is_hidden: int, level: int) -> None:
        """Take what the record of a row says."""
        if is_hidden:
            self.rows.add(row)
        if level:
            self.levels[row] = level

    def note_sign(self, row: int, column: int, sign: Sign | None) -> None:
        """Take the format of a cell."""
        if sign is not None:
            self.signs.setdefault(column, {}).setdefault(sign, []).append(row)


def in_old_workbook(data: bytes) -> dict[str, Found]:
    """Return what is hidden in a workbook of Excel 97 to 2003, whose stream is made of records.

    Source: Microsoft, "[MS-XLS]: Excel Binary File Format (.xls) Structure".
    """
    stream = read_stream(data, ("Workbook", "Book"))
    sheets = []
    formats: dict[int, Sign | None] = {**OF_ALL}
    styles: list[Sign | None] = []
    for kind, record in _records(stream, 0):
        if kind == _SHEET:
            (place,) = struct.unpack_from("<I", record)
            sheets.append((_letters(record, record[6], 7), place))
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", record)
            formats[number] = sign_of(_letters(record, length, 4))
        elif kind == _STYLE:
            styles.append(formats.get(struct.unpack_from("<H", record, 2)[0]))
    found = {}
    for name, place in sheets:
        sheet = found[name] = Found()
        for kind, record in _records(stream, place):
            if kind == _ROW:
                (row,) = struct.unpack_from("<H", record)
                sheet.note_row(row, record[12] & 0x20, record[12] & 7)
            elif kind == _COLUMN and record[8] & 1:
                first, last = struct.unpack_from("<HH", record)
                sheet.columns |= set(range(first, last + 1))
            elif kind in (_FORMULA, _NUMBER, _SHORT, _SHORTS) and any(styles):
                row, column = struct.unpack_from("<HH", record)
                several = range(4, len(record) - 2, 6) if kind == _SHORTS else (4,)
                for number, at in enumerate(several):
                    (style,) = struct.unpack_from("<H", record, at)
                    sign = styles[style] if style < len(styles) else None
                    sheet.note_sign(row, column + number, sign)
    return found


def _letters(record: bytes, length: int, place: int) -> str:
    """Return a text of so many letters, which have one byte or two."""
    is_wide, begin = record[place] & 1, place + 1
    letters = record[begin : begin + length * (2 if is_wide else 1)]
    return letters.decode("utf-16-le" if is_wide else "latin-1")


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


def binary_styles(part: bytes) -> dict[int, Sign]:
    """Return the styles of a binary workbook whose formats write something beside a number.

    Those of a workbook that has more styles than Excel allows are none.
    """
    formats: dict[int, Sign | None] = {**OF_ALL}
    signs: dict[int, Sign] = {}
    within, style = False, 0
    for kind, record in _binary_records(part):
        if kind == _BINARY_FORMAT:
            (number,) = struct.unpack_from("<H", record)
            formats[number] = sign_of(_text(record, 2)[0])
        elif kind in (_BINARY_STYLES, _BINARY_STYLES_END):
            within = kind == _BINARY_STYLES
        elif kind == _BINARY_STYLE and within:
            if sign := formats.get(struct.unpack_from("<H", record, 2)[0]):
                signs[style] = sign
            style += 1
            if style > MOST_STYLES:
                return {}
    return signs


def in_binary_sheet(sheet: bytes, last_column: int, styles: Mapping[int, Sign]) -> Found:
    """Return what is hidden in a sheet of a binary workbook (.xlsb), up to a column."""
    found, row = Found(), 0
    for kind, record in _binary_records(sheet):
        if kind == _BINARY_ROW:
            (row,) = struct.unpack_from("<I", record)
            found.note_row(row, record[11] & 0x10, record[11] & 7)
        elif kind == _BINARY_COLUMN and record[16] & 1:
            first, last = struct.unpack_from("<II", record)
            found.columns |= set(range(first, min(last + 1, last_column)))
        elif kind in _BINARY_NUMBERS and styles:
            column, style = struct.unpack_from("<II", record)
            found.note_sign(row, column, styles.get(style & 0xFFFFFF))
    return found


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
