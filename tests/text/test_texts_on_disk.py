"""A table too large for memory is learned from as a small one is."""

import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest

from common import memory_mapped
from text import texts_on_disk
from text.data import fingerprint, from_frame, load, read_texts
from text.settings import TextSource
from text.synthetic import read_messages
from text.texts_on_disk import TextsOnDisk

SOURCE = TextSource(file="x.csv", text="text", label="class")


@pytest.fixture
def frame():
    messages = read_messages()[:300]
    rows = [(m.text, m.label) for m in messages]
    rows += [("", "noise"), (rows[0][0] + "  ", "repair"), ("однажды", None), ("однажды", "thanks")]
    return pd.DataFrame(rows, columns=["text", "class"])


def test_a_spooled_table_gives_the_same_texts(frame, monkeypatch):
    small = from_frame(frame, SOURCE, notes=[])
    monkeypatch.setattr(texts_on_disk, "LARGE", 0)
    monkeypatch.setattr(texts_on_disk, "BLOCK", 7)
    large = from_frame(frame, SOURCE, notes=[])
    assert isinstance(small.texts, list)
    assert isinstance(large.texts, TextsOnDisk)
    assert list(large.texts) == small.texts
    assert large.labels.tolist() == small.labels.tolist()
    assert large.notes == small.notes
    assert list(large[[3, 1]].texts) == [small.texts[3], small.texts[1]]
    assert fingerprint(large) == fingerprint(small)


def test_a_text_that_stands_without_a_class_and_with_one_is_kept_with_it(frame):
    texts = from_frame(frame, SOURCE, notes=[])
    assert (texts.texts[-1], texts.labels[-1]) == ("однажды", "thanks")
    assert any("repeated texts thrown out: 1 of" in note for note in texts.notes)


def test_two_can_walk_through_one_spool_at_a_time():
    texts = TextsOnDisk.of([["а", "бб"], [], ["ввв", "\ud800"]])
    assert list(zip(texts, texts, strict=True)) == [(t, t) for t in ("а", "бб", "ввв", "\ud800")]


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_a_file_is_read_by_parts_as_it_is_read_whole(frame, tmp_path, monkeypatch, kind):
    frame = pd.concat([frame[:40]] * 4).assign(number=range(160))
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path, row_group_size=100)
    else:
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    source = dataclasses.replace(SOURCE, file=str(path))
    small = load(source)
    monkeypatch.setattr(memory_mapped, "LARGE_TEXTS", 0)
    monkeypatch.setattr(texts_on_disk, "LARGE", 0)
    large = load(source)
    assert fingerprint(large) == fingerprint(small)
    assert (large.notes, large.rows.tolist()) == (small.notes, small.rows.tolist())
    column = read_texts(path, source).frame["text"]
    letters = np.frombuffer(column.array._pa_array.chunks[-1].buffers()[2], np.uint8)
    assert memory_mapped.lie_in_files(letters) == [memory_mapped.CAN]


def test_ranks_are_handed_texts_as_an_array():
    texts, arrays = TextsOnDisk.of([["вода", "", "кран"]]), []
    rest = pickle.dumps(texts, protocol=5, buffer_callback=arrays.append)
    assert len(rest) < 1000
    assert list(pickle.loads(rest, buffers=arrays)) == ["вода", "", "кран"]
