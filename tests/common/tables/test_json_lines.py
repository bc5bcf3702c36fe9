"""A file of JSON Lines is read a block of lines at a time."""

import json

import pandas as pd
import pytest

from common import memory_mapped
from common.tables import json_lines, read_table

ROWS = [
    {"whole": 1, "part": 2.5, "yes": True, "mixed": "a", "text": " вода "},
    {"whole": 2, "yes": False, "mixed": 1.10, "text": "-"},
    {"whole": 3, "part": -1, "yes": True, "mixed": None, "text": "x", "late": {"n": 1.50}},
    {"whole": 4, "part": 1e3, "yes": True, "mixed": True, "text": "y", "late": [2]},
    {"whole": -5, "part": 7, "yes": False, "mixed": "b", "text": "z"},
]


@pytest.mark.parametrize("block", [1, 2, 5])
def test_blocks_of_lines_make_the_columns_of_all(tmp_path, monkeypatch, block):
    monkeypatch.setattr(json_lines, "_BLOCK", block)
    monkeypatch.setattr(memory_mapped, "LARGE_TEXTS", 0)
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    table = read_table(path)
    frame = pd.DataFrame(
        {
            "whole": [1, 2, 3, 4, -5],
            "part": [2.5, None, -1, 1000, 7],
            "yes": [True, False, True, True, False],
            "mixed": ["a", "1.1", None, "true", "b"],
            "text": ["вода", None, "x", "y", "z"],
            "late": [None, None, '{"n": 1.5}', "[2]", None],
        },
        index=pd.RangeIndex(1, 6, name="row"),
    )
    pd.testing.assert_frame_equal(table.frame, frame)
    assert table.notes == (
        "fields that hold lists or objects stay JSON, as text: 'late'",
        "rows without some of the fields: 3; these are missing there",
    )
