"""Reading Parquet: a file, or a folder of files that are parts of one table."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from common.errors import UserError
from common.memory_mapped import TextStore, column_in_file, is_large
from common.tables.cells import text_cells, written_cells
from common.tables.frames import MANY_ROWS, TableFormat, build_frame, smaller
from common.tables.layout import Wanted

_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


def read_parquet_table(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return a Parquet file's frame, the format, and notes."""
    with _in_plain_words(path):
        file = pyarrow.parquet.ParquetFile(path)
        names = file.schema_arrow.names
        if wanted.large and len({*names}) == len(names):
            # `a` asked for by name brings `a.b` along.
            return _frame_of(names, lambda name: _column_of(file, name, TextStore()), wanted)
        table = _validated(file.read())  # two columns may have one name
        places = iter(range(len(names)))
        return _frame_of(names, lambda _: table.column(next(places)), wanted)


def read_parquet_folder(
    folder: Path, wanted: Wanted
) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the table of whose parts a folder holds Parquet files, column by column.

    The files follow one another by their names. A folder within that is called `year=2024` says
    what stands in a column `year` of its files.

    Raises:
        UserError: there is no Parquet file; the files have not the same columns, or hold what
            cannot stand in one column.
    """
    own = _own_files(folder)
    files, others = _parts(own), [path for path in own if not _is_part(path)]
    if not files:
        raise UserError(f"{folder}: a folder without Parquet files, expected a table, or its parts")
    schemas = {}
    for path in files:
        with _in_plain_words(path):
            schemas[path] = pyarrow.parquet.read_schema(path)
    schema, named = _one_schema(schemas), _named_by_folders(folder, files)

    def read(name: str) -> pa.ChunkedArray:
        chunks, store = [], TextStore()
        for number, path in enumerate(files):
            with _in_plain_words(path):
                file = pyarrow.parquet.ParquetFile(path)
                if name in named:
                    chunks.append(pa.repeat(named[name][number], file.metadata.num_rows))
                else:
                    cells = _column_of(file, name, store)
                    chunks += cells.cast(schema.field(name).type).chunks
        return pa.chunked_array(chunks)

    frame, found, notes = _frame_of([*schema.names, *named], read, wanted)
    notes.insert(0, f"parts of the table: {len(files):,}, from {files[0].name} to {files[-1].name}")
    if named:
        notes.append(f"told by the names of folders: {', '.join(named)}")
    if others:
        notes.append(f"no Parquet, left out: {others[0].name} and others, {len(others):,} in all")
    return frame, found, notes


def parts_of(folder: Path) -> list[Path]:
    """Return a folder's Parquet files in their order, without what writers leave behind."""
    return _parts(_own_files(folder))


def _parts(files: Sequence[Path]) -> list[Path]:
    return [path for path in files if _is_part(path)]


def _own_files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        path
        for path in files
        if not any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)
    ]


def _is_part(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")


def _named_by_folders(folder: Path, files: Sequence[Path]) -> dict[str, pa.Array]:
    """Return what the folders' names, such as `year=2024`, say of each file, by column."""
    told = []
    for path in files:
        pairs = (part.partition("=") for part in path.relative_to(folder).parts[:-1])
        told.append({unquote(name): unquote(value) for name, mark, value in pairs if mark and name})
    names = told[0]
    if any(one.keys() != names.keys() for one in told):
        raise UserError(f"{folder}: its folders do not tell the same columns of each file")
    columns = {}
    for name in names:
        cells = pa.array([None if one[name] == _HIVE_NULL else one[name] for one in told])
        with contextlib.suppress(pa.ArrowInvalid):
            cells = cells.cast(pa.int64())
        columns[name] = cells
    return columns


def _one_schema(schemas: Mapping[Path, pa.Schema]) -> pa.Schema:
    """Return the schema of which all parts can be read."""
    first, *others = schemas
    schema = schemas[first].remove_metadata()
    if twice := [name for name in schema.names if schema.names.count(name) > 1]:
        raise UserError(f"{first}: two columns are called {twice[0]!r}: rename one of them")
    for path in others:
        own = schemas[path].remove_metadata()
        if strange := {*own.names} ^ {*schema.names}:
            raise UserError(
                f"{path}: its columns are not those of {first.name}: {sorted(strange)[0]!r} stands "
                "in one of them alone; parts of one table have the same columns"
            )
        if own == schema:
            continue
        try:
            schema = pa.unify_schemas([schema, own], promote_options="permissive")
        except (pa.ArrowException, ValueError) as error:
            raise UserError(
                f"{path}: holds other kinds of values than {first.name} ({_first_line(error)})"
            ) from None
    return schema


def _frame_of(
    names: Sequence[str], read: Callable[[str], pa.ChunkedArray], wanted: Wanted
) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Build the frame of columns that are read one after the other."""
    kept: list[str] = []
    columns: list[pd.Series] = []
    left_out: list[str] = []
    rows = 0
    for name in names:
        if re.fullmatch(r"__index_level_\d+__", name):  # the index of the frame it was made of
            continue
        column = read(name)
        rows = len(column)
        series = _series(column, written=wanted.stays_text(name))
        if series is None:
            left_out.append(name)
            continue
        if wanted.large and rows > MANY_ROWS and name not in wanted.names:
            series = smaller(series)
        if wanted.large and is_large(rows, len(names)):
            series = column_in_file(series)
        kept.append(name)
        columns.append(series)
    frame, notes = build_frame(kept, columns, np.arange(2, rows + 2), wanted.stays_text)
    if left_out:
        notes.append(f"left out, neither text nor numbers: {', '.join(map(repr, left_out))}")
    return frame, TableFormat("parquet"), notes


def _column_of(file: pyarrow.parquet.ParquetFile, name: str, store: TextStore) -> pa.ChunkedArray:
    """Read one column, a part at a time, so that long texts never lie in memory together."""
    parts = (_validated(part).column(name) for part in file.iter_batches(columns=[name]))
    kind = file.schema_arrow.field(name).type
    return pa.chunked_array([store.add(part) for part in parts], kind)


def _validated(table: pa.Table | pa.RecordBatch) -> Any:
    table.validate(full=True)  # text that is no UTF-8 would come out as an error much later
    return table


@contextlib.contextmanager
def _in_plain_words(path: Path) -> Iterator[None]:
    try:
        yield
    except UserError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            raise
        reason = _first_line(error)
        raise UserError(f"{path}: a damaged or truncated Parquet file ({reason})") from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _series(column: pa.ChunkedArray, *, written: bool = False) -> pd.Series | None:
    """A column as pandas holds it; None for lists, records and raw bytes."""
    types = pa.types
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if types.is_nested(kind) or types.is_binary(kind) or types.is_large_binary(kind):
        return None
    if types.is_null(kind) or types.is_decimal(kind):
        return column.cast(pa.float64()).to_pandas()
    if types.is_date(kind):
        return column.cast(pa.timestamp("us")).to_pandas()
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        cells, store = written_cells if written else text_cells, TextStore()
        chunks = [store.add(cells(chunk.cast(pa.large_string()))) for chunk in column.chunks]
        return pa.chunked_array(chunks, pa.large_string()).to_pandas()
    return column.to_pandas()
