"""Large arrays and tables that lie in files of the temporary folder, mapped into memory.

The system keeps in memory what is being used of them, and can spare the rest: that is in the file.
A file never has a name, and is gone when nobody uses it any more, however the process ends. Where
there is no room for it, and on systems that cannot set room aside, all lies in memory as usual.
"""

import contextlib
import math
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

LARGE = 2**28
"""Bytes from which on an array lies in a file, or a table, whose cells count as four bytes each."""
_OPEN = Path("/proc/self/fd")
"""Where Linux lists the files that a process has open, those without a name too."""
_CAN = hasattr(os, "posix_fallocate") and _OPEN.is_dir()
"""Whether the system can set room aside, and open once more a file that has no name."""


def empty(shape: tuple[int, ...], dtype: Any, *, in_file: bool | None = None) -> np.ndarray:
    """Return an array to be filled, in a file if it is large, or where `in_file` says so.

    >>> empty((2, 3), np.float32).shape
    (2, 3)
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    wanted = size > LARGE if in_file is None else in_file
    if wanted and size and _CAN:
        import torch  # who reads small tables alone need not wait for it

        with contextlib.suppress(OSError), tempfile.TemporaryFile() as file:
            # Set aside now: a disk that is full later would end the process.
            os.posix_fallocate(file.fileno(), 0, size)
            # Not by mmap of Python, which keeps the file open: a table may have many columns.
            path = str(_OPEN / str(file.fileno()))
            mapped = torch.from_file(path, shared=True, size=size, dtype=torch.uint8)
            return mapped.numpy().view(dtype).reshape(shape)
    return np.empty(shape, dtype)


def beside(*arrays: np.ndarray) -> np.ndarray:
    """Return arrays (n, any) side by side, (n, their sum), of the first one's type.

    >>> beside(np.ones((2, 1)), np.zeros((2, 2), np.int32)).tolist()
    [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    joined = empty((len(arrays[0]), sum(array.shape[1] for array in arrays)), arrays[0].dtype)
    return np.concatenate(arrays, axis=1, out=joined, casting="unsafe")


def is_large(rows: int, columns: int) -> bool:
    """Whether the cells of so large a table lie in files."""
    return 4 * rows * columns > LARGE


def in_files(frame: pd.DataFrame) -> bool:
    """Whether the system has most columns of a table from files; its texts lie where they do.

    >>> in_files(pd.DataFrame({"price": [1.0]}))
    False
    """
    if not _CAN:
        return False
    mapped = [line.split() for line in Path("/proc/self/maps").read_text().splitlines()]
    bounds = [place.split("-") for place, _, _, _, inode, *_ in mapped if inode != "0"]
    files = [range(int(start, 16), int(end, 16)) for start, end in bounds]
    told = []
    for _, column in frame.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.codes
        if isinstance(column.dtype, np.dtype):
            place = column.to_numpy().__array_interface__["data"][0]
            told.append(any(place in one for one in files))
    return 2 * sum(told) >= len(told)


def column_in_file(column: pd.Series) -> pd.Series:
    """Return a column whose values lie in a file; one of objects of any kind stays as it is."""
    kind = column.dtype
    made: Any
    if not _CAN:
        return column
    if isinstance(kind, pd.StringDtype):
        made = _texts_in_file(column)
    elif isinstance(kind, pd.CategoricalDtype):
        codes = _numbers_in_file(column.cat.codes.to_numpy())
        made = pd.Categorical.from_codes(codes, dtype=kind, validate=False)
    elif isinstance(kind, np.dtype) and not kind.hasobject:
        made = _numbers_in_file(column.to_numpy())
    else:
        return column
    return pd.Series(made, column.index, name=column.name, copy=False)


def _numbers_in_file(values: np.ndarray) -> np.ndarray:
    written = empty(values.shape, values.dtype, in_file=True)
    written[:] = values
    return written


def _texts_in_file(column: pd.Series) -> Any:
    table = pa.table({"": pa.chunked_array(pa.array(column.array, pa.large_string()))})
    with contextlib.suppress(OSError), tempfile.TemporaryFile() as file:
        path = str(_OPEN / str(file.fileno()))
        with pa.ipc.new_file(path, table.schema) as out:
            out.write_table(table)
        table = pa.ipc.open_file(pa.memory_map(path)).read_all()
    return pd.Series(table.column(0), dtype=column.dtype).array


def taken(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Return rows of a frame by their places; of a large one column by column, in files."""
    if not is_large(len(rows), frame.shape[1]):
        return frame.iloc[rows]
    index = frame.index[rows]  # one for all columns, which would have as many of it
    parts = (pd.Series(column.array.take(rows), index, name=name) for name, column in frame.items())
    return pd.DataFrame({part.name: column_in_file(part) for part in parts}, copy=False)
