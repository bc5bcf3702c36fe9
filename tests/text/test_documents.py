"""Documents: found, cut, and read again piece by piece, whatever their encodings."""

import numpy as np
import pytest

from common.errors import UserError
from text import cutting
from text.cutting import cut
from text.data import load
from text.documents import decode, find_documents, find_encoding
from text.settings import TextSource

LINE = "Все счастливые семьи похожи друг на друга, каждая — по-своему.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r"])
def test_passages_hold_every_word_of_a_document_once(tmp_path, encoding, monkeypatch):
    monkeypatch.setattr(cutting, "BLOCK", 1000)  # words must not be cut where blocks end
    text = LINE.replace("—", "-") * 60
    (tmp_path / "tolstoy_anna.txt").write_text(text, encoding=encoding)
    found, empty = find_documents(tmp_path)
    passages = cut(found, 50)
    assert empty == []
    assert len(passages) > 8
    words = [word for passage in passages for word in passage.replace("\ufeff", "").split()]
    assert words == text.split()[: len(words)]
    assert len(text.split()) - len(words) < 30
    counts = [sum(any(map(str.isalpha, w)) for w in passage.split()) for passage in passages]
    assert set(counts[:-1]) == {50}


def test_a_short_document_is_one_passage_and_a_short_rest_is_left(tmp_path):
    (tmp_path / "a_1.txt").write_text("одно слово", encoding="utf-8")
    (tmp_path / "b_1.txt").write_text("слово " * 120, encoding="utf-8")
    (tmp_path / "b_2.txt").write_text("слово " * 160, encoding="utf-8")
    passages = cut(find_documents(tmp_path)[0], 100)
    assert np.bincount(passages.document).tolist() == [1, 1, 2]


def test_some_passages_in_another_order_are_those_passages(tmp_path):
    for name in "ab":
        text = " ".join(f"{name}{i}" for i in range(300))
        (tmp_path / f"{name}_1.txt").write_text(text, encoding="utf-8")
    passages = cut(find_documents(tmp_path)[0], 30)
    rows = np.array([15, 2, 3, 15, 0])
    whole = list(passages)
    assert list(passages.take(rows)) == [whole[row] for row in rows]


def test_classes_come_from_names_and_folders(tmp_path):
    (tmp_path / "gas").mkdir()
    (tmp_path / "gas" / "thanks_no.txt").write_text("газ")
    (tmp_path / "thanks_1.txt").write_text("спасибо", encoding="cp1251")
    found, _ = find_documents(tmp_path)
    assert {(d.path.name, d.label) for d in found} == {
        ("thanks_no.txt", "gas"),
        ("thanks_1.txt", "thanks"),
    }


def test_a_line_in_another_encoding_is_read_in_its_own():
    data = LINE.encode() + LINE.replace("—", "-").encode("cp1251") + LINE.encode()
    assert decode(data, "utf-8").count("счастливые") == 3


def test_an_encoding_is_found_behind_a_long_ascii_beginning(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain words\n" * 50_000 + LINE.replace("—", "-").encode("koi8-r") * 20)
    assert find_encoding(path) == "koi8-r"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "no text file"),
        ({"letter.txt": b"a"}, "letter.txt: no class"),
        ({"_letter.txt": b"a"}, "no class"),
        ({"a_1.txt": b" \n", "b_1.txt": b"\0\0"}, "every text file is empty, 2 in all"),
        ({"a_1.txt": "\ufeff \n".encode("utf-16-le")}, "every text file is empty, 1 in all"),
        ({"a_1.txt": b"word " * 50}, "of one class, 'a'"),
    ],
)
def test_a_folder_that_cannot_be_learned_is_refused(tmp_path, files, words):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=words):
        load(TextSource(file=str(tmp_path)))


def test_a_class_of_few_documents_is_named(tmp_path):
    for name in ("a_1", "a_2", "a_3", "b_1", "b_2", "c_1"):
        (tmp_path / f"{name}.txt").write_text(f"слово {name} " * 50, encoding="utf-8")
    notes = load(TextSource(file=str(tmp_path))).notes
    assert any("'b' has 2 documents" in note and "one part lacks it" in note for note in notes)
    assert any("'c' has 1 document (c_1.txt)" in note for note in notes)
    assert not any("'a'" in note for note in notes)
