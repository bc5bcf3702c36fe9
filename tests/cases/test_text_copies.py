"""Texts of a table that are nearly copies: kept in one part, or the test would be of what was
learned."""

import numpy as np
import pandas as pd
import pytest

from common.errors import UserError
from common.tables import read_table
from text.data import from_frame, load
from text.near_copies import alike_texts
from text.settings import TextSource

WORDS = ["вода", "газ", "лифт", "свет", "труба", "кран", "двор", "дверь", "ключ", "окно", "крыша"]


def texts(count, words=9, seed=0):
    draw = np.random.default_rng(seed)
    return [" ".join(draw.choice(WORDS, words)) for _ in range(count)]


def read(column, labels=None, group=None):
    labels = labels or ["a" if place % 2 else "b" for place in range(len(column))]
    frame = pd.DataFrame({"text": column, "label": labels}, index=range(2, len(column) + 2))
    if group is not None:
        frame["who"] = group
    source = TextSource(text="text", label="label", group=None if group is None else "who")
    return from_frame(frame, source, notes=[])


def said(found):
    return " | ".join(found.notes)


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.upper() + "!",
        lambda text: f"№ 17. {text}",
        lambda text: f"{text} спасибо",
        lambda text: f"Добрый день, напоминаю о письме:\n> {text}",
    ],
)
def test_a_text_and_its_copy_are_in_one_group(changed):
    own = texts(30)
    found = read([*own, *map(changed, own)])
    groups = found.split_by["groups"]
    assert (groups[:30] == groups[30:]).all()
    assert len(set(groups.tolist())) == 30
    assert "texts alike but for a few words: 60, they stay in one part (such as" in said(found)


def test_different_texts_have_no_groups():
    found = read(texts(60))
    assert "groups" not in found.split_by
    assert "alike" not in said(found)
    assert alike_texts(["1", "2", "3"], 3)[0].tolist() == [0, 1, 2]  # no letters, no likeness


def test_a_form_that_all_fill_in_is_said_and_not_kept_together():
    found = read([f"заявка номер {place} принята" for place in range(40)])
    assert "groups" not in found.split_by
    assert "alike but for digits and signs: 40 of 40, such as rows 2 and 3: too many" in said(found)


def test_two_texts_again_and_again_can_still_be_split():
    found = read([f"{text} {place}" for place in range(6) for text in ("нет воды", "нет света")])
    assert "groups" not in found.split_by
    assert "too many for one part" in said(found)


def test_copies_join_the_groups_of_a_column_whatever_its_capitals():
    own = texts(6)
    found = read([*own, own[0] + "!"], group=["Анна", "анна ", "Олег", "", "", "Ян", "ОЛЕГ"])
    groups = found.split_by["groups"].tolist()
    assert groups[0] == groups[1] == groups[2] == groups[6]
    assert len(set(groups)) == 4
    assert (
        "3 groups by --group who: each stays in one part; rows without one, each by itself: 2"
        in (said(found))
    )


def test_texts_that_are_all_the_same_are_refused():
    with pytest.raises(UserError, match="all 9 texts in 'text' are the same"):
        read(["нет воды"] * 9)
    with pytest.raises(UserError, match="each of 9 texts has a class of its own: is 'label'"):
        read(texts(9), labels=list("абвгдежзи"))


@pytest.mark.parametrize("mark", ["\ufeff", "\u200f", "\u200b", "\u00ad"])
def test_marks_that_nobody_sees_make_no_other_class(mark):
    found = read(texts(8), labels=["спам", f"{mark}спам", f"спам{mark}", "дело"] * 2)
    assert set(found.labels) == {"спам", "дело"}


def test_numbers_that_are_one_look_alike_and_points_of_a_list_do_not():
    assert "look alike: '2', '2.0'; if they" in said(read(texts(8), ["2", "2.0", "1", "3"] * 2))
    assert "look alike" not in said(read(texts(8), ["1.1", "1.10", "1.2", "3"] * 2))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (lambda text: text.encode("unicode_escape").decode(), "escaped"),
        (lambda text: repr(text.encode()), "escaped"),
        (lambda text: "".join(f"%{byte:02X}" for byte in text.encode()), "URL"),
        (lambda text: "".join(f"={byte:02X}" for byte in text.encode()), "quoted-printable"),
    ],
)
def test_texts_that_are_still_coded_are_said(code, kind):
    assert f"coded ({kind}) 12 of 12 texts, such as row 2: " in said(
        read(list(map(code, texts(12))))
    )
    assert "coded" not in said(read(texts(12)))


def test_what_is_beyond_the_longest_text_is_said():
    found = read([*texts(8), " ".join(texts(500))])
    assert "longer than 20,000 characters, of which the rest is not read: 1 of 9" in said(found)


def test_folders_that_are_parts_of_a_split_are_no_classes(tmp_path):
    for number, text in enumerate(texts(8)):
        path = tmp_path / ("Train" if number % 2 else "test") / "spam" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="called as parts of a split, Train, test, and not as"):
        load(TextSource(file=str(tmp_path)))
    assert len(load(TextSource(file=str(tmp_path / "test")), to_train=False)) == 4


def test_rows_of_two_encodings_are_refused_with_the_line(tmp_path):
    rows = [f"{text},дело\n" for text in texts(20)]
    path = tmp_path / "joined.csv"
    path.write_bytes(
        b"text,label\n" + "".join(rows[:9]).encode() + "".join(rows[9:]).encode("cp1251")
    )
    with pytest.raises(UserError, match="line 11 holds the byte .* which is not utf-8 as the rest"):
        read_table(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"From a@b Thu Jan 1 2020\nFrom: a@b\nSubject: x\n\ntext\n",
            "an e-mail, or a box of them",
        ),
        (b"Return-Path: <a@b>\r\nReceived: from c\r\n by d\r\nSubject: x\r\n\r\ntext", "an e-mail"),
        (b"1\n00:00:01,000 --> 00:00:02,000\ntext\n\n", "subtitles"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\ntext\n", "subtitles"),
        (b"{\\rtf1\\ansi text}\n{\\b text}", "an RTF document"),
        (b"__label__a text\n__label__b text\n", "lines for fastText"),
        (b"text,label\nno w\0ater,a\nlight,b\n" + b"text,b\n" * 20, "line 2 holds a zero byte"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, content, words):
    path = tmp_path / "given.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words) as caught:
        read_table(path)
    assert "\n" not in str(caught.value)


def test_a_column_called_date_makes_no_mail(tmp_path):
    path = tmp_path / "given.csv"
    path.write_text("date,label\nFrom: water,a\nTo: light,b\n", encoding="utf-8")
    assert len(read_table(path).frame) == 2
