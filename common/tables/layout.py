"""How a text table is laid out: what separates its cells, its header, its decimal mark."""

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from common.tables.decimals import find_decimals, read_either_way
from common.tables.number_parsing import as_seen, parse_number

SEPARATORS = "\t;|,"
"""In the order of preference where several fit: the later, the likelier inside a cell."""

HEADER_WITHIN = 40
"""Rows in which a header is looked for; above it stand a title, a date, a logo."""

_SEPARATOR_LINE = re.compile(r'\ufeff?\s*"?sep=(.)"?[^\S\n]*\r?\n', re.IGNORECASE)

_OWN_NUMBER = re.compile(
    r"(?i:(^|[\W_])(id|ид|n|no|nr|num|number|nummer|index|idx|key|code|row|line|код|номер|строка"
    r"|п/п|lfd|rank|rang|place|pos|position|order|level|ранг|место|позиция|порядок|уровень"
    r"|y|t|time|year|jahr|month|monat|week|day|tag|hour|quarter|date|period|age|год|месяц|неделя"
    r"|день|час|квартал|дата|время|период|возраст|listing|lot|flat|item|unit|floor|rooms|лот"
    r"|квартира|объект|этаж|комнат|комнаты)($|[\W_\d])|^\W+$)|[a-zа-я](Id|ID|No|Nr|Number|Index)$"
)
"""What a growing number at the beginning of rows may be called: `№`, `year`, `listingId`."""

NO_SEPARATOR = "\x1f"
"""Stands in for the separator of a table of one column, where there is none."""


def tidy_name(name: str) -> str:
    """Return a column's name as it is seen: one space between words, no sign that nobody sees.

    >>> tidy_name(" price\u200b,\\n  USD")
    'price, USD'
    """
    return " ".join(as_seen(name).split())


@dataclass(frozen=True)
class Wanted:
    """What the person, or the program for them, says of a table.

    sheet: its name. header_row: where the columns' names stand, counted from 1. names: of columns
    that it should have, by which the sheet and the row are found where they are not said. as_text:
    columns whose cells stay as they are written. large, hidden: see `read_table`.
    """

    sheet: str | None = None
    header_row: int | None = None
    names: Collection[str] = ()
    as_text: Collection[str] = ()
    large: bool = False
    hidden: str = "read"

    def stays_text(self, name: str) -> bool:
        """Whether the cells of a column are to stay as they are written."""
        return tidy_name(name) in {tidy_name(wanted) for wanted in self.as_text}


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
    above: int = 0
    """Rows above the header that hold something: a title, a date."""
    escape: str | None = None
    """A backslash, where quotation marks inside a cell are written with one before them."""
    quoted: bool = True
    """Whether quotation marks enclose cells. In some files of tabs they are letters like others."""
    numbered: bool = False
    """Whether rows begin with a number that the header has no name for, as R writes them."""
    either_way: tuple[str | None, ...] = ()
    """Of each column the first cell where all are `950.000`, see `read_either_way`."""


def find_layout(beginning: str, *, complete: bool, wanted: Wanted | None = None) -> Layout:
    """Find the layout from the first rows; `complete` says that there is nothing after them.

    The separator is the one that cuts the most rows into as many cells as the header has, or the
    one that a first line such as `sep=;` names, as Excel writes it for itself; where `wanted` has
    names, one that sets these apart. The header is the row that `wanted` says, or has the names
    of; a title above it is left out.

    >>> layout = find_layout("район;цена\\nАрбат;12,5\\nСокол;9,25\\n", complete=True)
    >>> layout.separator, layout.header, layout.decimal
    (';', ('район', 'цена'), ',')
    """
    named = _SEPARATOR_LINE.match(beginning)
    hints = beginning.count("\n", 0, named.end()) if named else 0
    marks = named[1] if named else SEPARATORS
    wanted = wanted or Wanted()
    content = beginning[named.end() if named else 0 :]
    escape = _escape_of(content, marks, complete)
    quoted = escape is not None or not _quotes_are_letters(content, complete)
    marks = marks if quoted else "\t"
    rows_by_separator = {
        mark: _rows(beginning, mark, complete, escape, quoted)[hints:] for mark in marks
    }
    tops = {mark: _top(rows, wanted, hints) for mark, rows in rows_by_separator.items()}
    fitting = {mark: _fit(rows[tops[mark] :]) for mark, rows in rows_by_separator.items()}
    if wanted.names:  # no other mark than the one that sets these names apart
        named_by = [
            mark
            for mark, rows in rows_by_separator.items()
            if fitting[mark] and has_names(rows[tops[mark]], wanted.names)
        ]
        fitting = {mark: fitting[mark] for mark in named_by} or fitting
    separator = max(fitting, key=fitting.__getitem__)
    if fitting[separator] == 0:
        separator = NO_SEPARATOR
        rows_by_separator[separator] = _rows(beginning, separator, complete, escape, quoted)[hints:]
    rows = rows_by_separator[separator]
    header_row = _top(rows, wanted, hints) + 1
    header, *body = rows[header_row - 1 :]
    body = [row for row in body if any(row)]
    common_width = Counter(map(len, body)).most_common(1)[0][0] if body else 0
    width = max(common_width, len(_without_empty_end(header)))
    numbered = _is_numbered(header, body)
    header = ["", *header] if numbered else header
    columns = [[row[index] for row in body if index < len(row)] for index in range(width)]
    decimals, decimal = find_decimals(columns, separator)
    above = sum(map(any, rows[: header_row - 1]))
    header_row += hints
    return Layout(
        separator,
        tuple(header),
        header_row,
        width,
        decimals,
        decimal,
        above,
        escape,
        quoted,
        numbered,
        tuple(map(read_either_way, columns)),
    )


def _is_numbered(header: list[str], body: list[list[str]]) -> bool:
    """Whether rows are counted from 0 or 1 on, and have one cell more than the header names.

    As the other rows of R, those of a sample, could begin a table that ends in remarks without a
    name: `100000,55,sold` under `price,area`.
    """
    widths = {len(row) for row in body}
    if header and _OWN_NUMBER.search(header[0]):
        return False  # the name of this number; the last cell is then the one without a name
    if len(body) < 3 or widths != {len(header) + 1} or not all(header):
        return False
    if not all(row[-1] for row in body):  # remarks, or separators at the end of each row
        return False
    first = 0 if body[0][0] == "0" else 1
    return all(row[0] == str(number) for number, row in enumerate(body, first))


def _top(rows: list[list[str]], wanted: Wanted, hints: int) -> int:
    """Return how many rows stand above the header; `hints` are lines that are no rows at all."""
    if wanted.header_row is not None:
        return min(max(wanted.header_row - 1 - hints, 0), len(rows) - 1)
    return find_header(rows, wanted.names)


def _escape_of(text: str, marks: str, complete: bool) -> str | None:
    """Return a backslash if quotation marks are escaped by it, as MySQL does: the rows fit then."""
    if '\\"' not in text:
        return None
    plain, escaped = (
        max(_fit(_rows(text, mark, complete, escape)) for mark in marks) for escape in (None, "\\")
    )
    return "\\" if escaped > plain else None


def _quotes_are_letters(text: str, complete: bool) -> bool:
    """Whether a file of tabs has marks that open a cell only by chance.

    Then a mark in one row goes with a mark many rows below, and the rows between become one cell.
    Read line by line, every row has the cells that the header names.
    """
    if "\t" not in text or ('\t"' not in text and '\n"' not in text):
        return False
    lines = [row for row in _rows(text, "\t", complete, quoted=False) if any(row)]
    if len(lines) < 2 or {len(row) for row in lines} != {len(lines[0])} or len(lines[0]) < 2:
        return False
    rows = [row for row in _rows(text, "\t", complete) if any(row)]
    return len(rows) < len(lines) - (not complete) or {len(row) for row in rows} != {len(lines[0])}


def count_swallowed(cells: list[str], layout: Layout) -> int:
    """Return how many lines a cell holds that look like rows; 0 where none does."""
    for lines in (cell.splitlines() for cell in cells if "\n" in cell):
        if _like_rows(lines[1:-1], layout):
            return len(lines)
    return 0


def describe_open_mark(row: int, lines: int) -> str:
    """Say which row opens a mark that swallows so many lines."""
    return (
        f"row {row} opens a quotation mark, and all up to the next one, {lines} lines that look "
        "like rows, would be one cell; close the mark in its row, or double it"
    )


def _like_rows(lines: list[str], layout: Layout) -> bool:
    """Whether the lines inside a cell have the separators of rows; a comma in a letter is none."""
    comma = layout.separator == ","
    mark = re.compile(r",(?!\s)" if comma else re.escape(layout.separator))
    least = 1 if layout.separator == "\t" else layout.width - 1  # nobody writes tabs in a letter
    alike = sum(least <= len(mark.findall(line)) < layout.width for line in lines)
    return alike >= (3 if comma else 1) and 2 * alike > len(lines)


def _rows(
    text: str,
    separator: str,
    complete: bool,
    escape: str | None = None,
    quoted: bool = True,
) -> list[list[str]]:
    """The rows, their cells trimmed; the last one, which may be cut, only if `complete`."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, escapechar=escape, quoting=quoting
    )
    rows: list[list[str]] = []
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


def find_header(rows: Sequence[Sequence[Any]], names: Collection[str] = ()) -> int:
    """Return how many rows stand above the header: the row with the names, or the first full one.

    A row of one cell above a table of several columns is a title, unless what follows it cannot
    name columns, being numbers or blanks.

    >>> find_header([["Report"], [None], ["district", "price"], ["Sokol", 5]])
    2
    >>> find_header([["a"], [1, 2], [3, 4]])
    0
    """
    near = list(enumerate(rows[:HEADER_WITHIN]))
    filled = [(index, row) for index, row in near if count_filled(row)]
    if not filled:
        return 0
    for index, row in filled:
        if names and has_names(row, names) and any(map(count_filled, rows[index + 1 :])):
            return index
    usual = Counter(count_filled(row) for _, row in filled).most_common(1)[0][0]
    for index, row in filled:
        if 1 < usual < 2 * count_filled(row) and _may_name(row):
            above = [count_filled(other) for other_index, other in filled if other_index < index]
            return index if all(count <= max(1, usual // 2) for count in above) else filled[0][0]
        if count_filled(row) > 1:
            break
    return filled[0][0]


def _may_name(row: Sequence[Any]) -> bool:
    cells = [cell for cell in row if not _is_blank(cell)]
    texts = [cell for cell in cells if isinstance(cell, str) and parse_number(cell) is None]
    return len(texts) == len(cells) and len({text.casefold() for text in texts}) == len(texts)


def has_names(row: Sequence[Any], names: Collection[str]) -> bool:
    """Whether all of these names stand in a row, whatever their spaces and capitals."""
    held, asked = (
        {tidy_name(str(cell)).casefold() for cell in cells if not _is_blank(cell)}
        for cells in (row, names)
    )
    return held >= asked


def count_filled(row: Sequence[Any]) -> int:
    """Count the cells that hold anything."""
    return sum(not _is_blank(cell) for cell in row)


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
