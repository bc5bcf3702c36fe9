"""Reading Parquet."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from common.errors import UserError
from common.tables.cells import text_cells, written_cells
from common.tables.frames import TableFormat, build_frame
from common.tables.layout import Wanted


def read_parquet_table(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return a Parquet file's frame, the format, and notes."""
    try:
        table = pyarrow.parquet.ParquetFile(path).read()
        table.validate(full=True)  # text that is no UTF-8 would come out as an error much later
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path}: a damaged or truncated Parquet file ({reason})") from error
    kept, left_out = [], []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if re.fullmatch(r"__index_level_\d+__", name):  # the index of the frame it was made of
            continue
        series = _series(column, written=wanted.stays_text(name))
        if series is None:
            left_out.append(name)
        else:
            kept.append((name, series))
    names, columns = [name for name, _ in kept], [series for _, series in kept]
    frame, notes = build_frame(names, columns, np.arange(2, table.num_rows + 2))
    if left_out:
        notes.append(f"left out, neither text nor numbers: {', '.join(map(repr, left_out))}")
    return frame, TableFormat("parquet"), notes


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
        cells = written_cells if written else text_cells
        chunks = [cells(chunk) for chunk in column.cast(pa.large_string()).chunks]
        return pa.chunked_array(chunks, pa.large_string()).to_pandas()
    return column.to_pandas()
