"""Arrays and tables in files: the same values, in memory that the system can spare."""

import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from common import memory_mapped

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


def test_without_room_an_array_lies_in_memory(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    array = memory_mapped.empty((5, 2), np.int32)
    array[:] = 7
    assert array.shape == (5, 2)
    assert array.base is None  # its own memory


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
