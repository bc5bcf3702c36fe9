"""Tables that are packed: how large they are when they are read is known only by looking.

A body of a megabyte may hold a Parquet file of a thousand million cells, or one cell of a million
letters a million times. The command `predict` reads what its user names; a server reads what
anybody sends.
"""

import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from common.errors import UserError
from common.serving import limits
from common.serving.contract import TooLargeError, Watch

MOST_ROWS = 1 << 16
"""Unpacked at a time."""


def refuse_large(source: Path, watch: Watch) -> None:
    """Raise TooLargeError for a table that unpacks to more than is answered here.

    What is damaged is left to whoever reads it. Between two looks `watch` is told.
    """
    try:
        if source.suffix == ".parquet":
            _walk(source, watch)
        elif zipfile.is_zipfile(source):
            _look_into(source)
    except UserError:
        raise
    except (pa.ArrowException, zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return


def _look_into(workbook: Path) -> None:
    with zipfile.ZipFile(workbook) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > limits.MOST_UNPACKED:
        raise _too_large(f"{unpacked / 1e6:,.0f} MB")


def _walk(source: Path, watch: Watch) -> None:
    with pyarrow.parquet.ParquetFile(source) as file:
        about, unpacked = file.metadata, 0
        if about.num_rows * about.num_columns > limits.MOST_CELLS:
            raise _too_large(f"{about.num_rows:,} rows of {about.num_columns:,} columns")
        groups = (about.row_group(n) for n in range(about.num_row_groups))
        columns = (one.column(n) for one in groups for n in range(about.num_columns))
        # A cell is no longer than its column was before it was told that others are like it.
        longest = max((one.total_uncompressed_size for one in columns), default=0)
        step = max(1, min(MOST_ROWS, limits.MOST_UNPACKED // max(1, longest)))
        for batch in file.iter_batches(step):
            watch(0)
            unpacked += sum(map(_length, batch.columns))
            if unpacked > limits.MOST_UNPACKED:
                raise _too_large(f"more than {limits.MOST_UNPACKED / 1e6:,.0f} MB")


def _length(cells: pa.Array) -> int:
    """Return how many bytes cells take, each by itself."""
    kept_once = pa.types.is_dictionary(cells.type)
    return int((cells.dictionary_decode() if kept_once else cells).nbytes)


def _too_large(found: str) -> TooLargeError:
    return TooLargeError(
        f"the table unpacks to {found}, here up to {limits.MOST_CELLS:,} cells and "
        f"{limits.MOST_UNPACKED / 1e6:,.0f} MB are answered"
    )
