"""Texts that went through a wrong encoding, names that differ by a sign, and what nobody sees."""

import io

import openpyxl
import pytest

from common.encodings import detect_encoding
from common.tables import read_table
from common.translation import translator
from text.cleaning import clean
from text.data import load
from text.labels import as_labels, as_texts, described
from text.line_reading import read_lines
from text.settings import TextSource
from text.text_quality import look_at, misread

TEXTS = [
    "Нет горячей воды в доме пять, протекает крыша над кухней",
    "На лестнице не горит свет, лифт застрял между этажами",
    "Во дворе не убран снег, батареи холодные второй день",
    "Сломан домофон у входа, засор в канализации на кухне",
    "Нужна справка о составе семьи, когда её можно получить",
]


@pytest.mark.parametrize(
    ("meant", "read_as"),
    [
        *(("koi8-r", "cp1251"), ("cp1251", "cp1252"), ("cp1251", "latin-1"), ("koi8-r", "cp1252")),
        *(("cp1251", "koi8-r"), ("cp1251", "cp866"), ("cp866", "koi8-r"), ("koi8-r", "cp866")),
    ],
)
def test_russian_that_was_read_in_another_encoding_is_said(meant, read_as):
    wrong = [text.encode(meant).decode(read_as) for text in TEXTS * 3]
    found = misread(wrong)
    assert found is not None
    assert found[1] == meant
    (note,) = look_at(wrong, range(2, 17))
    assert "mend the file first" in note
    assert translator("ru", "text")(note).startswith("тексты в")


def test_documents_of_a_folder_are_looked_at_too(tmp_path):
    for number, text in enumerate(TEXTS * 2):
        path = tmp_path / "ab"[number % 2] / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{text} {number}".encode("koi8-r").decode("cp1251"), encoding="utf-8")
    notes = load(TextSource(file=str(tmp_path))).notes
    assert any("in koi8-r that were read as cp1251" in note for note in notes)


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        [text.upper() for text in TEXTS],
        ["Für größere Häuser müssen die Bürger über Brücken und Straßen führen"] * 30,
        ["L'été dernier, à Noël, le garçon très gêné est allé à l'école"] * 30,
        ["Їжак їсть ґанок, щоб знайти свої речі, і п'є воду з криниці"] * 6,
        ["Şişli'de çok güzel bir ev, büyük ve güneşli, öğrenciler için"] * 20,
        ["no hot water"] * 50,
        ["счётчик всё ещё учёл её", "щётка, ребёнок и жёлтый плёс"] * 8,
        ["абвгд"] * 60,
        ["Во дворе на тротоара няма светлина, а водата е студена вече втори ден"] * 6,
        ["ГБУ ЖИЛИЩНИК, ООО РСВ, ТСЖ ЩИТ, ГКУ ИС, МУП ЖЭУ, ФГУП ВНИИЭТО"] * 8,
    ],
    ids=[
        *("russian", "capitals", "german", "french", "ukrainian", "turkish", "english", "ё", "abc"),
        *("bulgarian", "abbreviations"),
    ],
)
def test_texts_that_are_as_they_were_are_let_be(texts):
    assert misread(texts) is None


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac_cyrillic"])
def test_russian_with_many_a_letter_that_novels_lack(encoding):
    text = "счётчик всё ещё учёл её, щётка, ребёнок и жёлтый плёс\n" * 8
    assert detect_encoding(text.encode(encoding)) == encoding


def test_ukrainian_of_unix():
    text = "Немає світла, її під'їзд, ґанок; є обрив\n"
    assert detect_encoding(text.encode("koi8-u")) == "koi8-u"
    assert detect_encoding("Нет света │ в доме ╓ пять\n".encode("koi8-r")) == "koi8-r"


def test_grades_that_differ_by_a_sign_are_several():
    assert not any("alike" in note for note in described(["A", "A+", "A-", "B-", "B"]))
    assert any("alike" in note for note in described(["water-leak", "water leak"]))
    assert any("alike" in note for note in described(["-1", "−1", "1"]))


def test_true_and_false_of_a_workbook_are_spelt_as_it_shows_them(tmp_path):
    book = openpyxl.Workbook()
    for row in (("text", "label"), ("a", True), ("b", False), ("c", 1)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    frame = read_table(tmp_path / "a.xlsx", as_text=["text", "label"]).frame
    assert as_labels(frame["label"]).tolist() == ["TRUE", "FALSE", "1"]


@pytest.mark.parametrize("unseen", ["\u2800", "\u3164", "\u200b\u2060"])
def test_a_text_of_signs_that_show_nothing_is_empty(tmp_path, unseen):
    path = tmp_path / "a.csv"
    path.write_text(f"text,label\n{unseen},a\n", encoding="utf-8")
    frame = read_table(path, as_text=["text", "label"]).frame
    assert as_texts(frame["text"]).tolist() == [""]


def test_entities_that_two_programs_wrote():
    assert clean("&amp;quot;да&amp;quot;&amp;nbsp;нет").split() == ['"да"', "нет"]
    assert clean("AT&T, R&D") == "AT&T, R&D"


def test_marks_of_a_files_beginning_in_each_line():
    assert [*read_lines(io.BytesIO("\ufeffа\n\ufeffб\n".encode()))] == ["а", "б"]
