"""Arrays and tables in files: the same values, in memory that the system can spare."""

import os
import re
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from common import memory_mapped
from common.errors import UserError

linux = pytest.mark.skipif(sys.platform != "linux", reason="files are set aside on Linux")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_mapped, "LARGE", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def anonymous():
    """Bytes of this process that are no file's, as the system counts them."""
    text = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"Anonymous:\s+(\d+)", text)[1]) * 1024


@linux
def test_a_large_array_takes_no_memory_of_its_own(folder):
    before = anonymous()
    array = memory_mapped.empty((2**21, 4), np.float32)
    array[:] = np.arange(4)
    assert anonymous() - before < array.nbytes / 4
    assert array[-1].tolist() == [0, 1, 2, 3]


@linux
def test_a_file_has_no_name_even_while_it_is_written(folder, monkeypatch):
    """A process that is killed then would leave it behind."""
    seen = []

    def watched(call):
        def watching(*args, **options):
            seen.append([*folder.iterdir()])
            return call(*args, **options)

        return watching

    monkeypatch.setattr(os, "posix_fallocate", watched(os.posix_fallocate))
    monkeypatch.setattr(pa.ipc, "open_file", watched(pa.ipc.open_file))
    memory_mapped.empty((5, 2), np.int32)
    texts = memory_mapped.column_in_file(pd.Series(["a", None, "c"], dtype="str"))
    assert texts.isna().tolist() == [False, True, False]
    assert seen == [[], []]


@linux
def test_files_in_memory_are_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    kinds = [("/", "ext4"), (str(tmp_path), "tmpfs")]
    disks = [SimpleNamespace(mountpoint=place, fstype=kind) for place, kind in kinds]
    monkeypatch.setattr("psutil.disk_partitions", lambda all: disks)
    assert memory_mapped.room() == 0
    monkeypatch.setattr("psutil.disk_partitions", lambda all: disks[:1])
    monkeypatch.setattr("psutil.disk_usage", lambda folder: SimpleNamespace(free=7))
    assert memory_mapped.room() == 7


def test_without_room_an_array_lies_in_memory(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    array = memory_mapped.empty((5, 2), np.int32)
    array[:] = 7
    assert array.shape == (5, 2)
    assert array.base is None  # its own memory


@linux
def test_what_neither_disk_nor_memory_takes_is_refused_in_one_line(folder):
    """The system promises any size of memory, and kills the process that uses it."""
    with pytest.raises(UserError, match=r"has no room for a file of 8388608\.0 GB .* TMPDIR names"):
        memory_mapped.empty((2**53,), np.uint8)


@linux
def test_rows_that_come_one_by_one_stay_and_those_beyond_the_limit_lie_in_files(
    folder, monkeypatch
):
    monkeypatch.setattr(memory_mapped, "LARGE", 2**22)
    monkeypatch.setattr(memory_mapped, "TOGETHER", 2**22)
    store = memory_mapped.RowStore((2**18,), np.float32)  # a megabyte each, four in a block
    before = anonymous()
    rows = [store.add(np.full(2**18, number, np.float32)) for number in range(40)]
    assert anonymous() - before < 8 * 2**20
    assert [row[-1] for row in rows] == list(range(40))


@pytest.mark.parametrize("limit", [0, 2**28])
def test_work_in_blocks_is_that_on_the_whole(folder, monkeypatch, limit):
    monkeypatch.setattr(memory_mapped, "LARGE", limit)
    monkeypatch.setattr(memory_mapped, "TOGETHER", 100)
    x, y = np.random.default_rng(0).normal(size=(2, 23, 5)).astype(np.float32)
    np.testing.assert_array_equal(memory_mapped.in_blocks(np.subtract, x, y), x - y)
    sums = memory_mapped.in_blocks(lambda x, y: (x * y).sum(1), x, y)
    np.testing.assert_array_equal(sums, (x * y).sum(1))
    rows = np.random.default_rng(1).integers(0, 23, 50)
    np.testing.assert_array_equal(memory_mapped.picked(x, rows), x[rows])
    assert memory_mapped.picked(x, rows[:0]).shape == (0, 5)


@linux
def test_what_comes_of_an_array_in_a_file_lies_in_one_too_unless_it_is_small(folder, monkeypatch):
    monkeypatch.setattr(memory_mapped, "LARGE", 2**28)
    monkeypatch.setattr(memory_mapped, "TOGETHER", 100)
    for kept in (True, False):
        x = memory_mapped.empty((30, 5), np.float32, in_file=kept)
        x[:] = np.arange(150).reshape(30, 5)
        part = memory_mapped.picked(x, np.arange(20))
        worked = memory_mapped.in_blocks(np.negative, part)
        means = memory_mapped.in_blocks(lambda some: some.mean(1), part)
        assert memory_mapped.lie_in_files(x, part, worked, means) == [kept] * 3 + [False]
        np.testing.assert_array_equal(worked, -x[:20])


def test_rows_taken_of_a_large_table_are_those_of_pandas(folder):
    frame = pd.DataFrame(
        {
            "number": [1.5, np.nan, 3.0, 4.0],
            "whole": np.array([1, 2, 3, 4], np.int8),
            "flag": [True, False, True, True],
            "text": ["a", None, "c", "d"],
            "kind": pd.Categorical(["x", None, "y", "x"], ["x", "y", "z"]),
            "day": pd.to_datetime(["2024-05-01", None, "2024-05-03", "2024-05-04"]),
            "any": [1, "a", None, 2.0],
        },
        index=pd.RangeIndex(2, 6, name="row"),
    )
    before = frame.copy()
    for rows in (np.array([3, 0, 1]), np.array([], np.int64)):
        found = memory_mapped.taken(frame, rows)
        pd.testing.assert_frame_equal(found, frame.iloc[rows])
        found["number"] = 0.0
    pd.testing.assert_frame_equal(frame, before)
