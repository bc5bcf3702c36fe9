"""Large arrays and tables that lie in files of the temporary folder, mapped into memory.

The system keeps in memory what is being used of them, and can spare the rest: that is in the file.
A file never has a name, and is gone when nobody uses it any more, however the process ends. Where
there is no room for it, and on systems that cannot set room aside, all lies in memory as usual, if
it can.
"""

import contextlib
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa

from common.errors import UserError

LARGE = 2**28
"""Bytes from which on an array lies in a file, or a table, whose cells count as four bytes each."""
_OPEN = Path("/proc/self/fd")
"""Where Linux lists the files that a process has open, those without a name too."""
CAN = hasattr(os, "posix_fallocate") and _OPEN.is_dir()
"""Whether the system can set room aside, and open once more a file that has no name."""
IN_MEMORY = ("tmpfs", "ramfs")
"""File systems whose files lie in memory."""
SPARED = 0.05
"""Share of the machine's memory that must be left where there was no room for a file."""
LARGE_TEXTS = 2**26
"""Bytes of a column's texts from which on what follows of them lies in files."""
_ALIGNED = 64
"""Bytes: texts begin at multiples of it, as Arrow likes best."""
TOGETHER = 2**23
"""Bytes of rows that are worked on, or kept, together."""


def empty(shape: tuple[int, ...], dtype: Any, *, in_file: bool | None = None) -> np.ndarray:
    """Return an array to be filled, in a file if it is large, or where `in_file` says so.

    Raises UserError where neither the temporary folder nor the memory has room for it.

    >>> empty((2, 3), np.float32).shape
    (2, 3)
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    wanted = size > LARGE if in_file is None else in_file
    if wanted and size and CAN:
        import torch  # who reads small tables alone need not wait for it

        with contextlib.suppress(OSError), tempfile.TemporaryFile() as file:
            # Set aside now: a disk that is full later would end the process.
            os.posix_fallocate(file.fileno(), 0, size)
            # Not by mmap of Python, which keeps the file open: a table may have many columns.
            path = str(_OPEN / str(file.fileno()))
            mapped = torch.from_file(path, shared=True, size=size, dtype=torch.uint8)
            return mapped.numpy().view(dtype).reshape(shape)
        _refuse_too_large(size)
    return np.empty(shape, dtype)


def empty_beside(source: np.ndarray, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return an array for what comes of another one: in a file where that lies in one.

    The parts of what is large are several, and so are the answers to them: each a little less than
    LARGE, they would fill what the whole leaves free. Only what is small stays in memory.

    >>> empty_beside(np.ones(5), (2, 3), np.float32).shape
    (2, 3)
    """
    small = math.prod(shape) * np.dtype(dtype).itemsize <= TOGETHER
    in_file = True if not small and lie_in_files(source)[0] else None
    return empty(shape, dtype, in_file=in_file)


def room() -> int:
    """Return how many bytes files may take that spare memory; 0 where they would lie in memory."""
    folder = Path(tempfile.gettempdir()).resolve()
    kinds = {Path(one.mountpoint): one.fstype for one in psutil.disk_partitions(all=True)}
    kind = next((kinds[place] for place in (folder, *folder.parents) if place in kinds), "")
    return psutil.disk_usage(str(folder)).free if CAN and kind not in IN_MEMORY else 0


def _refuse_too_large(size: int) -> None:
    """Raise UserError where memory cannot take what has no room in a file.

    The system promises any size, and ends the process without a word when it is used.
    """
    memory = psutil.virtual_memory()
    if size > memory.available - SPARED * memory.total:
        folder = tempfile.gettempdir()
        needed, free = (bytes_ / 2**30 for bytes_ in (size, psutil.disk_usage(folder).free))
        raise UserError(
            f"{folder} has no room for a file of {needed:.1f} GB ({free:.1f} GB are free), and "
            "memory has none either: TMPDIR names another folder",
            ru=f"в {folder} нет места для файла в {needed:.1f} ГБ (свободно {free:.1f} ГБ), и в "
            "памяти тоже: TMPDIR называет другую папку",
        )


class RowStore:
    """Keeps rows of one shape, whose number nobody knows yet; once they are many, in files.

    >>> store = RowStore((2,), np.int16)
    >>> store.add(np.array([1, 2])).tolist()
    [1, 2]
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype = shape, np.dtype(dtype)
        self.room, self.count, self.kept = np.empty((0, *shape), dtype), 0, 0

    def add(self, row: np.ndarray) -> np.ndarray:
        """Return a row as it is kept: it stays for as long as it is used."""
        if self.count == len(self.room):
            size = math.prod(self.shape) * self.dtype.itemsize
            rows = max(1, TOGETHER // size)
            large = self.kept + rows * size > LARGE
            self.room, self.count = empty((rows, *self.shape), self.dtype, in_file=large), 0
            self.kept += self.room.nbytes
        self.room[self.count] = row
        self.count += 1
        return self.room[self.count - 1]


class TextStore:
    """Keeps cells of text, a block at a time; once they take LARGE_TEXTS, in files.

    >>> store = TextStore()
    >>> store.add(pa.array(["a", None])).to_pylist()
    ['a', None]
    """

    def __init__(self) -> None:
        self.room, self.kept = np.empty(0, np.uint8), 0

    def add(self, block: pa.Array) -> pa.Array:
        """Return the block as it is kept; numbers stay as they are."""
        if not pa.types.is_large_string(block.type) and not pa.types.is_string(block.type):
            return block
        self.kept += block.nbytes
        if self.kept <= LARGE_TEXTS:
            return block
        batch = pa.record_batch([block], [""])
        message = np.frombuffer(batch.serialize(), np.uint8)
        end = len(message) + -len(message) % _ALIGNED
        if end > len(self.room):  # several blocks to a file: a process maps 65,530 of them at most
            self.room = empty((max(end, TOGETHER),), np.uint8, in_file=True)
        written, self.room = self.room[: len(message)], self.room[end:]
        written[:] = message
        return pa.ipc.read_record_batch(pa.py_buffer(written), batch.schema).column(0)


def picked(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return rows of an array by their numbers; many in a file.

    >>> picked(np.array([5, 6, 7]), np.array([2, 0]))
    array([7, 5])
    """
    return in_blocks(lambda numbers: array[numbers], rows, source=array)


def in_blocks(
    work: Callable[..., np.ndarray], *arrays: np.ndarray, source: np.ndarray | None = None
) -> np.ndarray:
    """Return work(*arrays), which has a row for each row of theirs, doing a few rows at a time.

    For a work that looks at each row by itself, and whose means take more memory than its result.

    source: the array whose rows it works on, if not the first one.

    >>> in_blocks(lambda x: x.sum(axis=1), np.ones((3, 2)))
    array([2., 2., 2.])
    """
    source = arrays[0] if source is None else source
    count, step = len(arrays[0]), max(1, TOGETHER // max(1, source[:1].nbytes))
    if count <= step:
        return work(*arrays)
    first = work(*(array[:step] for array in arrays))
    whole = empty_beside(source, (count, *first.shape[1:]), first.dtype)
    whole[:step] = first
    for start in range(step, count, step):
        part = slice(start, start + step)
        whole[part] = work(*(array[part] for array in arrays))
    return whole


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
    told = []
    for _, column in frame.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.cat.codes
        if isinstance(column.dtype, np.dtype):
            told.append(column.to_numpy())
    return 2 * sum(lie_in_files(*told)) >= len(told) and CAN


def lie_in_files(*arrays: np.ndarray) -> list[bool]:
    """Return of each array whether the system has it from a file.

    >>> lie_in_files(np.zeros(3))
    [False]
    """
    if not CAN:
        return [False for _ in arrays]
    mapped = [line.split() for line in Path("/proc/self/maps").read_text().splitlines()]
    bounds = [place.split("-") for place, _, _, _, inode, *_ in mapped if inode != "0"]
    files = [range(int(start, 16), int(end, 16)) for start, end in bounds]
    places = [array.__array_interface__["data"][0] for array in arrays]
    return [any(place in one for one in files) for place in places]


def column_in_file(column: pd.Series) -> pd.Series:
    """Return a column whose values lie in a file; one of objects of any kind stays as it is."""
    kind = column.dtype
    made: Any
    if not CAN:
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
