"""Columns of texts, and documents, in which something is wrong that a look would show."""

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.translation import translator
from text.data import from_frame, load
from text.settings import TextSource
from text.text_quality import look_at

WORDS = ["вода", "газ", "свет", "лифт", "двор", "труба", "кран", "подъезд", "крыша", "окно"]


def texts(number, words=6, seed=0):
    draw = np.random.default_rng(seed)
    return [f"{' '.join(draw.choice(WORDS, words))} {place}" for place in range(number)]


def notes_of(column, labels=None):
    labels = labels or ["a", "b"] * (len(column) // 2)
    frame = pd.DataFrame({"text": column, "label": labels}, index=range(2, len(column) + 2))
    return from_frame(frame, TextSource(text="text", label="label"), notes=[])


def said(found, words):
    return any(words in note for note in found.notes)


def test_tags_among_texts_are_said():
    found = notes_of([f"<p>Нет&nbsp;воды <b>{text}</b><br/></p>" for text in texts(40)])
    assert said(found, "HTML in 40 of 40 texts, such as row 2: its tags are left out")
    assert not said(notes_of([f"{text}: 3 < 5 и 7 > 6" for text in texts(40)]), "HTML")


@pytest.mark.parametrize("encoding", ["cp1251", "latin-1"])
def test_texts_that_went_through_a_wrong_encoding_are_said(encoding):
    broken = [text.encode().decode(encoding, "replace") for text in texts(40)]
    assert said(notes_of(broken), "UTF-8 that was read in another encoding and saved in ")
    whole = [*texts(38), "«Ёлка» — ŒUVRE", "naïve café"]
    assert not said(notes_of(whole), "UTF-8")


def test_texts_that_an_export_cut_are_said():
    cut = [text[:255] for text in texts(30, words=80)]
    assert said(notes_of([*cut, *texts(20)]), "30 of 50 texts have 255 characters, and none has")
    assert not said(notes_of(texts(50, words=80)), "characters")


def test_classes_that_look_like_several_are_said():
    labels = ["gas", "water", "gas; water", "lift", "gas/lift", "C/C++"] * 10
    found = notes_of(texts(60), labels)
    assert said(found, "classes that look like several: 'gas; water', 'gas/lift'; each is a class")


def test_a_mark_at_the_end_of_a_class_makes_it_no_two():
    found = notes_of(texts(60), ["gas;", "water;", "lift; "] * 20)
    assert not said(found, "look like several")
    found = notes_of(texts(60), ["gas;", "water;", "gas; water;"] * 20)
    assert said(found, "classes that look like several: 'gas; water;'; each")


def test_columns_that_have_each_others_names_are_refused():
    with pytest.raises(UserError, match="80 classes in 'label' for 2 different texts in 'text'"):
        notes_of(["gas", "water"] * 40, texts(80))


def test_texts_of_signs_that_nobody_sees_are_empty():
    found = notes_of(["\u200b", "\ufeff \u00a0", *texts(38)])
    assert len(found) == 38
    assert said(found, "empty texts left out: 2, the first is row 2")


def test_the_names_of_columns_tell_the_separator(tmp_path):
    """Every text has a semicolon, and no row another mark than one comma."""
    path = tmp_path / "a.csv"
    rows = [f"Нет&nbsp;воды {text},{'ab'[place % 2]}" for place, text in enumerate(texts(40))]
    path.write_text("text,label\n" + "\n".join(rows), encoding="utf-8")
    found = load(TextSource(file=str(path), text="text", label="label"))
    assert found.texts[0].startswith("Нет&nbsp;воды")
    assert set(found.labels) == {"a", "b"}


RTF = r"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\pard\fs20 \'cf\'f0\'e8\'e2\'e5\'f2\par}"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (RTF, "RTF"),
        ("\ufeff<!DOCTYPE html><html><p>вода</p></html>", "HTML"),
        ("<?xml ?><a/>", "XML"),
    ],
)
def test_documents_of_other_kinds_that_are_called_texts_are_left_out_by_name(
    tmp_path, content, kind
):
    for name in ("a_1", "a_2", "a_3", "b_1", "b_2", "b_3"):
        (tmp_path / f"{name}.txt").write_text(" ".join(texts(30, seed=ord(name[-1]))))
    (tmp_path / "a_4.txt").write_text(content * 20, encoding="utf-8")
    found = load(TextSource(file=str(tmp_path)))
    assert said(found, f"files that are no texts left out: a_4.txt ({kind})")
    only = tmp_path / "only"
    only.mkdir()
    (only / "a_1.txt").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=rf"no text file .* there are: a_1.txt \({kind}\)"):
        load(TextSource(file=str(only)))


def test_texts_whose_letters_are_lost_are_said():
    lost = ["??????? ????? ??? 5", "\ufffd\ufffd\ufffd дом"] * 5
    (said,) = look_at(lost, np.arange(2, 12))
    assert said.startswith("letters that a wrong encoding made ? or \ufffd of in 10 of 10 texts")
    assert look_at(["Что???? Опять!!!", "Где вода?? Почему???"] * 5, np.arange(10)) == []


def test_a_column_of_numbers_is_asked_about():
    (said,) = look_at([str(number) for number in range(20)], np.arange(2, 22))
    assert (
        said
        == "without any letter 20 of 20 texts, such as row 2: '0'; is this the column of texts?"
    )
    assert look_at(["👍👍", "😡", "❤️!"] * 7, np.arange(21)) == []


def test_texts_that_name_their_class_are_said(tmp_path):
    path = tmp_path / "letters.csv"
    rows = [f"[{label}] письмо {n} про дом;{label}" for n in range(20) for label in ("газ", "свет")]
    path.write_text("\n".join(["msg;cls", *rows]), encoding="utf-8")
    notes = load(TextSource(file=str(path), text="msg", label="cls")).notes
    assert any(note.startswith("40 of 40 texts name their own class") for note in notes)


@pytest.mark.parametrize(
    "form",
    [
        "https://example.org/item/{}?utm=1",
        "data/train/{:05d}.txt",
        "C:\\texts\\letter {}.docx".replace(" ", "_"),
        "user{}@example.org",
        "{:030x}ab",
        "{:08x}-0000-4000-a000-000000000000",
        "{}.wav",
    ],
)
def test_a_column_of_addresses_is_asked_about(form):
    (said,) = look_at([form.format(number) for number in range(20)], np.arange(2, 22))
    assert said.startswith("an address, a file's name or a key alone in 20 of 20 texts")
    assert said.endswith("is this the column of texts?")
    russian = translator("ru", "text")(said)
    assert russian.startswith("только адрес")
    assert russian.endswith("тот ли это столбец?")


def test_texts_that_hold_an_address_are_texts():
    found = [f"{text}: https://example.org/{place}" for place, text in enumerate(texts(20))]
    assert look_at(found, np.arange(20)) == []
    assert look_at(["кв. 5/7", "да/нет", "и т.д.", "ул.Мира"] * 5, np.arange(20)) == []


def test_classes_in_brackets_of_a_list_are_told():
    found = notes_of(texts(40), ['["gas"]', '["water", "gas"]', "water", "['water']"] * 10)
    assert said(found, """classes that look like several: '["water", "gas"]'""")
    assert said(found, """classes that look alike: "['water']", 'water'""")


@pytest.mark.parametrize("wrong", ["cp1251", "latin-1"])
def test_a_class_that_went_through_a_wrong_encoding_is_told(wrong):
    broken = "лифт".encode().decode(wrong)
    found = notes_of(texts(40), ["лифт", broken, "R&D", "R&amp;D"] * 10)
    assert sum("classes that look alike" in note for note in found.notes) == 2


def test_signs_that_look_like_brackets_are_no_classes_that_look_alike():
    names = [":)", ":(", "[0,1)", "(0,1]", "(5)", "5"]
    assert not any("look alike" in note for note in notes_of(texts(42), names * 7).notes)
