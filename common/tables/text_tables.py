"""Reading CSV and TSV: block by block, so that a large file never lies in memory as text."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from common.encodings import check_encoding, detect_encoding
from common.errors import UserError
from common.memory_mapped import TextStore
from common.tables.cells import (
    convert_cells,
    enclosed_cells,
    join_blocks,
    settled,
    text_cells,
    written_cells,
)
from common.tables.frames import TableFormat, build_frame
from common.tables.layout import (
    Layout,
    Wanted,
    count_swallowed,
    describe_open_mark,
    find_layout,
    tidy_name,
)
from common.tables.text_marks import holds_other_mark, refuse_strange_marks
from common.tables.utf8_stream import Utf8Stream

BEGINNING = 1 << 16
BLOCK = 1 << 18
"""The parser reads some thirty blocks ahead, so this is not to be large."""
BLOCKS_AT_ONCE = 8
LARGE_BLOCK = 3 << 20
"""For a file that has a cell longer than a block: a whole letter, a page."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def read_text_table(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return a text table's frame, the format found, and notes.

    A first pass decides for each block by itself whether a column holds numbers. Where the blocks
    of a column disagree, a second pass reads that column as text.
    """
    encoding = _find_encoding(path)
    layout = _find_layout(path, encoding, wanted)
    kept = {index for index, name in enumerate(layout.header) if wanted.stays_text(name)}
    reader = _Reader(path, encoding, layout, written=kept)
    blocks, numbers = reader.read()
    joined = {index: join_blocks(blocks.pop(index)) for index in range(layout.width)}
    disputed = {index for index, column in joined.items() if column is None}
    if disputed:
        blocks, _ = _Reader(path, encoding, layout, as_text=disputed, written=kept).read()
        joined |= {index: join_blocks(blocks.pop(index)) for index in disputed}
    columns = {index: column for index, column in joined.items() if column is not None}
    del joined  # each column's blocks go as soon as pandas has it
    notes = []
    if layout.above:
        notes.append(
            f"rows above the header left out: {layout.above}; the header is row {layout.header_row}"
        )
    if layout.numbered:
        notes.append(
            "rows begin with a number, and the header has a name less than they have cells: the "
            "number is taken for the row's, as R writes it"
        )
    if not layout.quoted:
        notes.append("quotation marks are read as they stand: in this file they enclose no cells")
    lone = [row for row, cells in reader.short_rows.items() if not any(cells[1:])]
    if len(lone) > len(numbers) / 2 and holds_other_mark(
        [reader.short_rows[n][0] for n in lone], layout
    ):
        cell = reader.short_rows[lone[0]][0][:40]
        raise UserError(
            f"{path}: {len(lone):,} of {len(numbers):,} rows have one cell, the header names "
            f"{layout.width}; is another mark between them, such as in row {lone[0]}: {cell!r}?"
        )
    if reader.short_rows:
        first, count = min(reader.short_rows), len(reader.short_rows)
        notes.append(f"rows with fewer cells than the header: {count}, the first is row {first}")
    named = len(layout.header)
    if any(columns[index].null_count < len(numbers) for index in range(named, layout.width)):
        raise UserError(f"{path}: rows have {layout.width} cells, the header names {named}")
    header = [*layout.header, *[""] * layout.width][: layout.width]
    series = [columns.pop(index).to_pandas() for index in range(layout.width)]
    frame, further_notes = build_frame(
        header, series, numbers, wanted.stays_text, wanted.names, layout.decimals
    )
    found = TableFormat(
        "csv",
        encoding,
        layout.separator,
        layout.decimal,
        header_row=layout.header_row,
        escape=layout.escape,
        quoted=layout.quoted,
        numbered=layout.numbered,
        either_way={tidy_name(n): c for n, c in zip(header, layout.either_way, strict=False) if c},
    )
    return frame, found, notes + further_notes


def _find_encoding(path: Path) -> str:
    """Look at the beginning, or, where that is plain ASCII, at the first part that is not."""
    with path.open("rb") as file:
        part = beginning = file.read(BEGINNING)
        while part.isascii() and (further := file.read(BEGINNING)):
            part = further
        part += file.read(BEGINNING)
    if not beginning.isascii():
        part = beginning
    encoding = detect_encoding(part)
    strange = _CONTROL.findall(beginning)
    wide = encoding.startswith("utf-16")
    if strange and not wide and len(strange) < len(beginning) / 50 and b"\0" in strange:
        row = beginning[: beginning.index(b"\0")].count(b"\n") + 1
        raise UserError(f"{path}: line {row} holds a zero byte, which no text has; take it out")
    if not wide and (b"\0" in strange or len(strange) > len(beginning) / 100):
        raise UserError(
            f"{path}: binary data, expected a table: CSV, TSV, Excel (.xlsx) or Parquet"
        )
    check_encoding(path, part, encoding)
    return encoding


def _find_layout(path: Path, encoding: str, wanted: Wanted) -> Layout:
    with path.open("rb") as file:
        data = file.read(4 * BEGINNING)
        complete = not file.read(1)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(data, final=complete)
    layout = find_layout(text, complete=complete, wanted=wanted)
    if not any(name.strip() for name in layout.header):
        raise UserError(f"{path}: the file is empty")
    refuse_strange_marks(path, layout, text)
    return layout


class _Reader:
    """One pass over the file; of the columns `as_text` alone where they are given."""

    def __init__(
        self,
        path: Path,
        encoding: str,
        layout: Layout,
        *,
        as_text: set[int] | None = None,
        written: Collection[int] = (),
    ) -> None:
        self.path, self.encoding, self.layout, self.as_text = path, encoding, layout, as_text
        self.written = written
        self.block = BLOCK
        self._begin()

    def _begin(self) -> None:
        self.skipped: list[int] = []
        self.short_rows: dict[int, list[str]] = {}
        self.refusal = ""

    def read(self) -> tuple[dict[int, list[pa.Array]], np.ndarray]:
        """Return the blocks of each column, and each row's number in the file."""
        wanted = range(self.layout.width) if self.as_text is None else sorted(self.as_text)
        blocks: dict[int, list[pa.Array]] = {index: [] for index in wanted}
        stores = {index: TextStore() for index in wanted}
        above, count, last = 0, 0, None
        source = Utf8Stream(self.path, self.encoding)
        try:
            reader = self._open(source, list(wanted))
            while batches := list(itertools.islice(reader, BLOCKS_AT_ONCE)):
                above = above or self._rows_above_first()
                for position, index in enumerate(wanted):
                    texts = pa.concat_arrays([batch.column(position) for batch in batches])
                    texts = texts[above:] if count == 0 else texts
                    self._refuse_swallowed_rows(texts, count or above)
                    cells = settled(self._convert(index, texts))
                    blocks[index].append(stores[index].add(cells))
                count += sum(batch.num_rows for batch in batches)
                last = texts[-1] if len(texts) else last
            if source.error:
                raise source.error
        except (pa.ArrowInvalid, UnicodeError) as error:
            if "straddling" in str(error) and self.block < LARGE_BLOCK:
                self.block = LARGE_BLOCK
                self._begin()
                return self.read()
            raise self._explain(source.error or error) from None
        if self.layout.quoted:
            self._refuse_open_quote(last)
        numbers = np.arange(1, count + len(self.skipped) + 1)
        numbers = np.delete(numbers, np.array(self.skipped, dtype=int) - 1)
        numbers = numbers[numbers > self.layout.header_row]
        if self.short_rows:
            for index in wanted:
                texts = [cells[index] for cells in self.short_rows.values()]
                blocks[index].append(self._convert(index, pa.array(texts, pa.large_string())))
            numbers = np.concatenate([numbers, list(self.short_rows)])
        return blocks, numbers

    def _open(self, source: Utf8Stream, wanted: list[int]) -> pyarrow.csv.CSVStreamingReader:
        names = [str(index) for index in range(self.layout.width)]
        return pyarrow.csv.open_csv(
            source,
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, block_size=self.block, column_names=names
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self.layout.separator,
                quote_char='"' if self.layout.quoted else False,
                escape_char=self.layout.escape or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._take_odd_row,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                include_columns=[names[index] for index in wanted],
                strings_can_be_null=False,
            ),
        )

    def _rows_above_first(self) -> int:
        """How many of the rows that came through are the header or stand above it."""
        header_row = self.layout.header_row
        return header_row - sum(number <= header_row for number in self.skipped)

    def _convert(self, index: int, texts: pa.Array) -> pa.Array:
        if not self.layout.quoted:
            texts = enclosed_cells(texts)
        if index in self.written:
            return written_cells(texts)
        if self.as_text is not None:
            return text_cells(texts)
        return convert_cells(texts, self.layout.decimals[index])

    def _take_odd_row(self, row: pyarrow.csv.InvalidRow) -> str:
        """Keep a row that is too short, to be filled up; refuse one that is too long."""
        self.skipped.append(row.number)
        if row.number <= self.layout.header_row or not row.text.strip():
            return "skip"
        if self.layout.quoted and "\n" in row.text and row.text.count('"') % 2:
            self.refusal = f"row {row.number} opens a quotation mark that is never closed"
            return "error"
        width, separator = self.layout.width, self.layout.separator
        text, escape = io.StringIO(row.text, newline=""), self.layout.escape
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE
        cells = next(csv.reader(text, delimiter=separator, escapechar=escape, quoting=quoting))
        if any(cell.strip() for cell in cells[width:]):
            self.refusal = (
                f"row {row.number} has {len(cells)} cells, the header names {width}; a cell that "
                f"holds {separator!r} goes in quotation marks"
            )
            return "error"
        if self.layout.quoted and (lines := count_swallowed(cells, self.layout)):
            self.refusal = describe_open_mark(row.number, lines)
            return "error"
        self.short_rows[row.number] = (cells + [""] * width)[:width]
        return "skip"

    def _refuse_swallowed_rows(self, texts: pa.Array, before: int) -> None:
        """Refuse a cell that holds lines like rows: its mark closes many rows further on.

        before: how many rows of the file came through before these.
        """
        layout = self.layout
        if not layout.quoted or layout.width < 2 or self.as_text is not None:
            return
        long = pc.match_substring(texts, "\n")
        if not pc.any(long).as_py():
            return
        for place in np.flatnonzero(long.to_numpy(zero_copy_only=False)):
            if lines := count_swallowed([texts[int(place)].as_py()], layout):
                row = before + int(place) + 1
                for number in sorted(self.skipped):
                    row += number <= row
                raise UserError(f"{self.path}: {describe_open_mark(row, lines)}")

    def _refuse_open_quote(self, last: pa.Scalar | None) -> None:
        """A quotation mark that is never closed swallows the rest of the file without a sound."""
        if last is None or self.as_text is not None or "\n" not in last.as_py():
            return
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - 64))
            closed = file.read().replace(b"\0", b"").rstrip().endswith(b'"')
        if not closed:
            raise UserError(
                f"{self.path}: one of the last rows opens a quotation mark that is never closed"
            )

    def _explain(self, error: Exception) -> UserError:
        is_broken = isinstance(error, UnicodeError)
        if self.refusal and not is_broken:
            return UserError(f"{self.path}: {self.refusal}")
        if "straddling" in str(error):
            return UserError(
                f"{self.path}: a cell longer than {LARGE_BLOCK >> 20} MB; a quotation mark is "
                "opened and never closed?"
            )
        return _broken_line(self.path, self.encoding) or UserError(f"{self.path}: {error}")


def _broken_line(path: Path, encoding: str) -> UserError | None:
    """Name the first line whose bytes are not of the file's encoding."""
    if encoding.startswith("utf-16"):
        return UserError(f"{path}: broken UTF-16; save the file again as UTF-8")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return UserError(
                    f"{path}: line {number} holds the byte 0x{line[error.start]:02X}, which is not "
                    f"{encoding} as the rest is; mend this line, or save the file again as UTF-8"
                )
    return None
