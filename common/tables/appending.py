"""Adding columns to a person's table, with everything else given back as it came.

A CSV is copied record by record: its marks, quotes, line ends and cells stay, byte for byte. A
workbook keeps its other sheets and its formats. Other files are written anew.
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from common.errors import UserError
from common.files import atomic_folder, atomic_path, refuse_file
from common.report.formula_guard import as_text
from common.tables.frames import TableFormat
from common.tables.layout import NO_SEPARATOR
from common.tables.reading import Table
from common.tables.writing import write_table

FIRST_ROW = 2
"""The number of a table's first row, as a person counts: the first line names the columns."""
_DIGITS = 7
"""Significant digits of a number that was computed: more would pretend to know more."""


def answered_suffix(source: Path) -> str:
    """Return the suffix of a table with answers added: that of the source, where it is written.

    That of a folder of Parquet files is "".

    >>> answered_suffix(Path("flats.XLSX")), answered_suffix(Path("flats.ods"))
    ('.XLSX', '.csv')
    """
    written = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
    if source.is_dir():
        return ""
    return source.suffix if source.suffix.lower() in written else ".csv"


def add_columns(table: Table, source: str | Path, out: str | Path, added: pd.DataFrame) -> None:
    """Write the table that was read from `source` into `out`, with columns at its right end.

    Args:
        table: what `read_table` gave for `source`.
        source: the file; its other cells are copied from it, and stay as they were written. Or a
            folder of Parquet files, whose answers come in a folder of as many.
        out: the file to write: of the same kind, or else the table is written anew.
        added: the columns, their index that of `table.frame` or a part of it. Rows of the file
            that are none of the table's (titles, totals, blank ones) get an empty cell.

    Raises:
        UserError: the file cannot be written; the older one stays.
    """
    source, out = Path(source), Path(out)
    kinds = (source.suffix.lower(), out.suffix.lower())
    texts = ("", ".csv", ".tsv", ".txt")
    if table.found.packed:
        write_table(table.frame.join(added), out, like=table.found)
    elif table.found.kind == "csv" and table.found.header_row and kinds[1] in texts:
        _add_to_text(table, source, out, added)
    elif table.found.kind == "excel" and kinds == (".xlsx", ".xlsx"):
        _add_to_workbook(table, source, out, added)
    elif source.is_dir() and not out.suffix:
        _add_to_parts(source, out, added)
    elif table.found.kind == "parquet" and not source.is_dir() and kinds[1] == ".parquet":
        _write_with(source, out, added, first=FIRST_ROW)
    else:
        write_table(table.frame.join(added), out, like=table.found)


def _add_to_text(table: Table, source: Path, out: Path, added: pd.DataFrame) -> None:
    encoding = _exact_encoding(source, table.found.encoding or "utf-8")
    try:
        _copy_records(table, source, out, added, encoding, encoding)
    except UnicodeEncodeError:  # a name of a class that the file's encoding has no letters for
        _copy_records(table, source, out, added, encoding, "utf-8-sig")


def _copy_records(
    table: Table, source: Path, out: Path, added: pd.DataFrame, read_as: str, write_as: str
) -> None:
    found, header = table.found, table.found.header_row
    separator = "," if found.separator in (None, NO_SEPARATOR) else str(found.separator)
    cells = {int(row): values for row, values in _spelt(added, separator, found.decimal or ".")}
    names = [_quoted(str(name), separator) for name in added.columns]
    blank = [""] * len(names)
    with source.open(encoding=read_as, errors="strict", newline="") as file:
        # Some exports end each row, but not the header, with one more separator.
        counts = (count for _, count in _records(file, separator, found))
        width = max(itertools.islice(counts, (header or 1) - 1, None), default=0)
    with (
        source.open(encoding=read_as, errors="strict", newline="") as file,
        atomic_path(out) as draft,
        draft.open("w", encoding=write_as, newline="") as writing,
    ):
        records = _records(file, separator, found)
        for number, (raw, count) in enumerate(records, 1):
            bare = raw.rstrip("\r\n")
            if number < (header or 1) or not bare:
                writing.write(raw)
                continue
            missing = [""] * (width - count)
            if number == header and found.numbered:
                missing = []
            values = names if number == header else cells.get(number, blank)
            writing.write(separator.join([bare, *missing, *values]) + raw[len(bare) :])


def _records(file: IO[str], separator: str, found: TableFormat) -> Iterator[tuple[str, int]]:
    """Yield each record as it is written, with its line end, and how many cells it has."""
    if found.one_column:
        yield from ((line, 1) for line in file)
        return
    if not found.quoted:
        yield from ((line, 1 + line.count(separator)) for line in file)
        return
    lines, kept = itertools.tee(file)
    old = csv.field_size_limit(2**31 - 1)
    try:
        reader, consumed = csv.reader(lines, delimiter=separator, escapechar=found.escape), 0
        for record in reader:
            raw = "".join(itertools.islice(kept, reader.line_num - consumed))
            consumed = reader.line_num
            yield raw, max(1, len(record))
    finally:
        csv.field_size_limit(old)


def _spelt(added: pd.DataFrame, separator: str, decimal: str) -> Iterator[tuple[int, list[str]]]:
    columns = [_spell(column, separator, decimal) for _, column in added.items()]
    yield from zip(added.index, map(list, zip(*columns, strict=True)), strict=True)


def _spell(column: pd.Series, separator: str, decimal: str) -> list[str]:
    if column.dtype.kind == "f":
        texts = ["" if np.isnan(value) else plain_number(value) for value in column.tolist()]
        return [_quoted(text.replace(".", decimal), separator) for text in texts]
    return ["" if pd.isna(cell) else _quoted(as_text(str(cell)), separator) for cell in column]


def plain_number(value: float) -> str:
    """Spell a computed number: whole ones as such, others with seven digits that count.

    >>> plain_number(12_500_000.0), plain_number(0.123456789), plain_number(1234567.8)
    ('12500000', '0.1234568', '1234567.8')
    """
    if float(value).is_integer():
        return str(int(value))
    digits = _DIGITS if abs(value) < 10 ** (_DIGITS - 1) else 15
    return np.format_float_positional(float(f"{value:.{digits}g}"), trim="-")


def _quoted(text: str, separator: str) -> str:
    if not any(sign in text for sign in (separator, '"', "\n", "\r")):
        return text
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="").writerow([text])
    return line.getvalue()


def _exact_encoding(path: Path, encoding: str) -> str:
    """Python writes UTF-16 in the processor's order; a file in the other one keeps its own."""
    if encoding == "utf-16":
        with path.open("rb") as file:
            swapped = file.read(2) == codecs.BOM_UTF16_BE
        return "utf-16-be" if swapped else "utf-16-le"  # the mark is copied as a character
    return encoding


def _add_to_workbook(table: Table, source: Path, out: Path, added: pd.DataFrame) -> None:
    import openpyxl  # it takes a while to import

    try:
        book = openpyxl.load_workbook(source)
        sheet = book[table.found.sheet or book.sheetnames[0]]
    except Exception as error:  # it was read by another library, which forgives more
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise UserError(f"{source}: cannot be copied ({reason}); write .csv") from None
    first = sheet.max_column + 1
    for offset, (name, column) in enumerate(added.items()):
        _put(sheet, table.found.header_row or 1, first + offset, str(name))
        for row, value in zip(added.index, column.tolist(), strict=True):
            _put(sheet, int(row), first + offset, value)
    with atomic_path(out) as draft, draft.open("wb") as file:
        book.save(file)


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None or value != value:
        return
    cell = sheet.cell(row, column)
    cell.value = value
    if cell.data_type == "f":  # what a stranger called a class must not run
        cell.data_type = "s"


def _add_to_parts(folder: Path, out: Path, added: pd.DataFrame) -> None:
    from common.tables.parquet import parts_of

    if out.resolve().is_relative_to(folder.resolve()):
        raise UserError(f"{out}: lies in the folder to be answered; name another")
    refuse_file(out)
    with atomic_folder(out) as draft:
        first = FIRST_ROW
        for path in parts_of(folder):
            to = draft / path.relative_to(folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            first += _write_with(path, to, added, first=first)


def _write_with(source: Path, out: Path, added: pd.DataFrame, *, first: int) -> int:
    """Write a Parquet file with columns added, whose rows from `first` on are its own; return how
    many these are."""
    import pyarrow.parquet  # as does this part of pyarrow

    # `read_table` of pyarrow would add what a folder called `year=2024` says of the file.
    whole = pyarrow.parquet.ParquetFile(source).read()
    for name, column in added.reindex(range(first, whole.num_rows + first)).items():
        whole = whole.append_column(str(name), pa.array(column, from_pandas=True))
    with atomic_path(out) as draft:
        pyarrow.parquet.write_table(whole, draft)
    return int(whole.num_rows)
