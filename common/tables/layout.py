"""How a text table is laid out: what separates its cells, its header, its decimal mark."""

import contextlib
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from common.tables.numbers import decide_decimal, read_numeral

SEPARATORS = "\t;|,"
"""In the order of preference where several fit: the later, the likelier inside a cell."""

ENOUGH = 300
"""So many cells with a comma or a point in them settle which one a column's decimal mark is."""

_SEPARATOR_LINE = re.compile(r'\ufeff?\s*"?sep=(.)"?[^\S\n]*\r?\n', re.IGNORECASE)

NO_SEPARATOR = "\x1f"
"""Stands in for the separator of a table of one column, where there is none."""


@dataclass(frozen=True)
class Layout:
    """What the beginning of a text table shows of the whole.

    `header_row` counts the blank rows above the header, too: the first row of a file is row 1.
    `decimals` has the decimal mark of each column, `decimal` the one of the file as a whole, None
    where no cell has decimals.
    """

    separator: str
    header: tuple[str, ...]
    header_row: int
    width: int
    decimals: tuple[str, ...]
    decimal: str | None
    escape: str | None = None
    """A backslash, where quotation marks inside a cell are written with one before them."""


def find_layout(beginning: str, *, complete: bool) -> Layout:
    """Find the layout from the first rows; `complete` says that there is nothing after them.

    The separator is the one that cuts the most rows into as many cells as the header has, or the
    one that a first line such as `sep=;` names, as Excel writes it for itself.

    >>> layout = find_layout("район;цена\\nАрбат;12,5\\nСокол;9,25\\n", complete=True)
    >>> layout.separator, layout.header, layout.decimal
    (';', ('район', 'цена'), ',')
    """
    named = _SEPARATOR_LINE.match(beginning)
    hints = beginning.count("\n", 0, named.end()) if named else 0
    marks = named[1] if named else SEPARATORS
    escape = _escape_of(beginning[named.end() if named else 0 :], marks, complete)
    rows_by_separator = {mark: _rows(beginning, mark, complete, escape)[hints:] for mark in marks}
    fitting = {mark: _fit(rows) for mark, rows in rows_by_separator.items()}
    separator = max(fitting, key=fitting.get)
    if fitting[separator] == 0:
        separator = NO_SEPARATOR
        rows_by_separator[separator] = _rows(beginning, separator, complete, escape)[hints:]
    rows = rows_by_separator[separator]
    header_row = next((number for number, row in enumerate(rows, 1) if any(row)), 1)
    header, *body = rows[header_row - 1 :]
    body = [row for row in body if any(row)]
    common_width = Counter(map(len, body)).most_common(1)[0][0] if body else 0
    width = max(common_width, len(_without_empty_end(header)))
    columns = [[row[index] for row in body if index < len(row)] for index in range(width)]
    decimals, decimal = find_decimals(columns, separator)
    return Layout(separator, tuple(header), header_row + hints, width, decimals, decimal, escape)


def _escape_of(text: str, marks: str, complete: bool) -> str | None:
    """Return a backslash if quotation marks are escaped by it, as MySQL does: the rows fit then."""
    if '\\"' not in text:
        return None
    plain, escaped = (
        max(_fit(_rows(text, mark, complete, escape)) for mark in marks) for escape in (None, "\\")
    )
    return "\\" if escaped > plain else None


def _rows(text: str, separator: str, complete: bool, escape: str | None = None) -> list[list[str]]:
    """The rows, their cells trimmed; the last one, which may be cut, only if `complete`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, escapechar=escape)
    rows = []
    with contextlib.suppress(csv.Error):  # a cell too long: what came before it will do
        rows.extend([cell.strip() for cell in row] for row in reader)
    return (rows if complete or len(rows) < 3 else rows[:-1]) or [[""]]


def _fit(rows: list[list[str]]) -> float:
    """The share of rows that have as many cells as the header; 0 where the header is one cell."""
    header, *body = [_without_empty_end(row) for row in rows if any(row)] or [[""]]
    if len(header) < 2:
        return 0.0
    same = sum(len(row) <= len(header) and len(row) > 1 for row in body)
    return (same + 1) / (len(body) + 1)


def _without_empty_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def find_decimals(columns: list[list[str]], separator: str) -> tuple[tuple[str, ...], str | None]:
    """Each column's decimal mark: from its own cells, else as the file has it, else a guess.

    The guess only matters for cells such as `1,250`. A file whose cells are set apart by `;` most
    likely is so because the comma is its decimal mark.
    """
    telling = [[cell for cell in column if "," in cell or "." in cell] for column in columns]
    numerals = [[read_numeral(cell) for cell in column[:ENOUGH]] for column in telling]
    own = [decide_decimal(column) for column in numerals]
    votes = Counter(mark for mark in own if mark)
    decimal = max(votes, key=votes.get) if votes else None
    guesses = [
        "," if separator == ";" and any("," in cell for cell in column) else "."
        for column in telling
    ]
    marks = tuple(mark or decimal or guess for mark, guess in zip(own, guesses, strict=True))
    return marks, decimal
