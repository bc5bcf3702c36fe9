"""What lies in a folder or is named and is no file: pipes, devices, links that lead nowhere."""

import os

import numpy as np
import pytest
from PIL import Image

from audio.sound_files import Stream
from common.errors import UserError
from common.tables import read_table
from text.data import load
from text.documents import find_documents
from text.settings import TextSource
from vision.files import list_pictures
from vision.images import open_image
from vision.video import probe

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")


@pytest.mark.parametrize("read", [read_table, Stream, open_image, probe])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, read):
    path = tmp_path / "given.csv"
    os.mkfifo(path)
    with pytest.raises(UserError, match="given.csv: a pipe or a device, expected a file") as caught:
        read(path)
    assert "канал" in caught.value.ru


def test_a_pipe_among_pictures_is_none(tmp_path):
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "a.png")
    os.mkfifo(tmp_path / "b.png")
    os.symlink(tmp_path / "nowhere.png", tmp_path / "c.png")
    assert list_pictures(tmp_path).names == ["a.png", "c.png"]  # the link is refused by its name


def test_a_link_to_no_text_is_named(tmp_path):
    for label in "ab":
        (tmp_path / f"{label}_1.txt").write_text(f"слово {label}", encoding="utf-8")
    os.symlink(tmp_path / "nowhere.txt", tmp_path / "a_2.txt")
    os.mkfifo(tmp_path / "a_3.txt")
    found = load(TextSource(file=str(tmp_path)))
    assert "files that are no texts left out: a_2.txt" in found.notes
    assert len(found) == 2


def test_a_folder_of_many_texts_is_walked_through_once(tmp_path, monkeypatch):
    """A hundred thousand documents took a quarter of an hour to be listed: each was looked up
    among all the others."""
    for number in range(80):
        (tmp_path / f"{'ab'[number % 2]}_{number}.txt").write_text("слово", encoding="utf-8")
    looked, plain = [], type(tmp_path).__hash__
    monkeypatch.setattr(type(tmp_path), "__hash__", lambda path: looked.append(1) or plain(path))
    find_documents(tmp_path)
    assert len(looked) <= 10 * 80
