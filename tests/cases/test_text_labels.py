"""Classes stay as they are written, and so does all of a table that is answered."""

import json
import re
import unicodedata
from collections import Counter

import pandas as pd
import pytest

from common.errors import UserError
from common.tables import read_table
from tests.text.helpers import QUICK, run
from text.data import load
from text.settings import TextSource

COLUMNS = ["--text", "text", "--label", "label"]
TEXTS = {"1.1": "пахнет газом", "1.10": "нет воды", "none": "спасибо мастеру", "007": "где счёт"}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("STICKSHIFT_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def codes(path, names=tuple(TEXTS), count=12, separator=","):
    rows = [f"{TEXTS[name]} {n}{separator}{name}\r\n" for n in range(count) for name in names]
    path.write_bytes(f"text{separator}label\r\n{''.join(rows)}".encode())
    return path


def source(path):
    return TextSource(file=str(path), text="text", label="label")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("names", [("1.1", "1.10"), ("1.1", "1.10", "none"), ("007", "1.1")])
def test_codes_are_classes_as_they_are_written(tmp_path, names, separator):
    texts = load(source(codes(tmp_path / "codes.csv", names, separator=separator)))
    assert Counter(texts.labels) == dict.fromkeys(names, 12)
    assert any(note.startswith("classes: ") and "1.1 (12)" in note for note in texts.notes)


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet", ".jsonl"])
def test_codes_of_other_files_are_too(tmp_path, suffix):
    frame = read_table(codes(tmp_path / "codes.csv"), as_text=("label",)).frame
    path = tmp_path / f"codes{suffix}"
    if suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif suffix == ".parquet":
        frame.to_parquet(path)
    else:
        rows = [json.dumps(row, ensure_ascii=False) for row in frame.to_dict("records")]
        path.write_text("\n".join(rows), encoding="utf-8")
    assert Counter(load(source(path)).labels) == dict.fromkeys(TEXTS, 12)


def test_a_class_that_reads_like_a_gap_is_said(tmp_path):
    notes = load(source(codes(tmp_path / "codes.csv"))).notes
    assert "'none' is taken for a class like the others" in notes


def test_an_empty_class_is_none_and_whole_numbers_beside_it_stay_whole(tmp_path):
    path = codes(tmp_path / "codes.csv", ("007", "1.1"))
    content = path.read_text(encoding="utf-8").replace("007", "7")
    path.write_text(content + "без класса,\n", encoding="utf-8")
    texts = load(source(path))
    assert Counter(texts.labels) == {"7": 12, "1.1": 12}
    assert "rows without a class left out: 1" in texts.notes


def rows_of(path, rows, header="text,label"):
    path.write_text("\n".join([header, *(f"{text},{label}" for text, label in rows)]), "utf-8")
    return path


def test_letters_of_classes_and_of_columns_may_be_composed_or_not(tmp_path):
    rows = [(f"где {n}", unicodedata.normalize(f, "йод")) for n, f in enumerate(["NFC", "NFD"] * 3)]
    rows += [(f"там {n}", "другое") for n in range(3)]
    header = unicodedata.normalize("NFD", "строй,label")
    path = rows_of(tmp_path / "a.csv", rows, header)
    texts = load(TextSource(file=str(path), text="строй", label="label"))
    assert Counter(texts.labels) == {"йод": 6, "другое": 3}


@pytest.mark.parametrize(
    "other", ["Газ", "г\u0430з".replace("\u0430", "a"), "г аз", "'газ", "«газ»"]
)
def test_classes_that_look_alike_are_said(tmp_path, other):
    rows = [(f"пахнет {n}", ["газ", other, "вода"][n % 3]) for n in range(12)]
    notes = load(source(rows_of(tmp_path / "a.csv", rows))).notes
    assert sum("classes that look alike: " in note for note in notes) == 1
    assert not any("look alike" in note for note in load(source(codes(tmp_path / "b.csv"))).notes)


def test_one_text_under_two_classes_is_said(tmp_path):
    rows = [("пахнет газом", "газ"), ("нет воды", "вода"), ("пахнет  газом", "вода")]
    notes = load(source(rows_of(tmp_path / "a.csv", rows))).notes
    assert (
        "texts under several classes: 1, such as row 2 ('газ') and row 4 ('вода'); the first was "
        "believed"
    ) in notes
    again = [*rows[:2], ("пахнет газом", "газ")]
    assert not any("several" in n for n in load(source(rows_of(tmp_path / "b.csv", again))).notes)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_header_in_the_middle_of_joined_files_is_no_text(tmp_path, mark):
    rows = [("пахнет газом", "газ"), (f"{mark}text", "label"), ("нет воды", "вода")]
    texts = load(source(rows_of(tmp_path / "a.csv", rows)))
    assert Counter(texts.labels) == {"газ": 1, "вода": 1}
    assert "rows that repeat the header left out: 1 (row 3)" in texts.notes


def workbook(path):
    new = pd.DataFrame([["Отчёт", ""], ["text", "label"], *([t, n] for n, t in TEXTS.items())])
    old = pd.DataFrame({"text": ["старое"] * 2, "label": ["a", "b"]})
    with pd.ExcelWriter(path) as book:
        old.to_excel(book, sheet_name="old", index=False)
        new.to_excel(book, sheet_name="new", index=False, header=False)
    return path


def test_a_sheet_and_the_row_of_its_header_can_be_named(tmp_path):
    named = source(workbook(tmp_path / "a.xlsx")).changed({"sheet": "new", "header_row": 2})
    assert set(load(named).labels) == set(TEXTS)
    with pytest.raises(UserError, match="nowhere"):
        load(named.changed({"sheet": "nowhere"}))


def test_numbers_in_the_column_of_texts_stay_as_they_are_written(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("text,label\n" + "".join(f"1.{n}0,a\n00{n},b\n" for n in range(9)), "utf-8")
    assert list(load(source(path)).texts)[:2] == ["1.00", "000"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codes")
    path, costs = codes(folder / "codes.csv"), folder / "costs.csv"
    rows = [f"{true},{','.join('0' if true == n else '5' for n in TEXTS)}\n" for true in TEXTS]
    costs.write_text(f"class,{','.join(TEXTS)}\n{''.join(rows)}", encoding="utf-8")
    words = [path, *COLUMNS, "--costs", costs, "--out", folder / "run"]
    assert run("train", *words, *QUICK) == 0
    return folder / "run"


NEW = (
    "id,phone,code,note,text\r\n"
    '007,+79161234567,1.10,-,"Пахнет ""газом"""\r\n'
    '012,+79161234568,1.1,нет данных,"Спасибо,\nмастеру"\r\n'
    "013,=1+1,2.0,None,\r\n"
    "014,1e5,TRUE,NULL,Нет воды\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_comes_back_as_it_went_in(trained, tmp_path, encoding, separator):
    content = NEW.replace(",", separator).replace(f"Спасибо{separator}\n", "Спасибо\n")
    before, after = tmp_path / "new.csv", tmp_path / "out.csv"
    before.write_bytes(content.encode(encoding))
    assert run("predict", trained, before, "--out", after) == 0
    read = after.read_bytes().decode(encoding)
    lines = content.splitlines()
    answered = [line for line in read.splitlines() if not line.endswith("Спасибо")]
    for line, answer in zip([x for x in lines if not x.endswith("Спасибо")], answered, strict=True):
        assert answer.startswith(line + separator)
    predicted = read_table(after, as_text=("predicted",)).frame
    assert set(predicted["predicted"].dropna()) <= set(TEXTS)
    assert predicted["predicted"].isna().tolist() == [False, False, True, False]
    spelt = [line.rsplit(separator, 2)[1] for line in answered[1:] if line[-1] != separator]
    assert all(len(probability) <= 6 for probability in spelt)


def test_a_workbook_keeps_its_other_sheets(trained, tmp_path):
    path, out = tmp_path / "new.xlsx", tmp_path / "out.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"text": ["Пахнет газом"], "code": ["1.10"]}).to_excel(book, index=False)
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="other", index=False)
    assert run("predict", trained, path, "--out", out) == 0
    sheets = pd.read_excel(out, sheet_name=None, dtype=str, engine="openpyxl")
    assert list(sheets) == ["Sheet1", "other"]
    assert sheets["Sheet1"]["code"].tolist() == ["1.10"]
    assert sheets["Sheet1"]["predicted"][0] in TEXTS


def test_predict_reads_the_sheet_that_is_named(trained, tmp_path, capsys):
    out = tmp_path / "out.xlsx"
    words = ["predict", trained, workbook(tmp_path / "a.xlsx"), "--out", out]
    assert run(*words, "--sheet", "new", "--header-row", 2) == 0
    assert "4 answers written to" in capsys.readouterr().out
    sheets = pd.read_excel(out, sheet_name=None, header=None, dtype=str, engine="openpyxl")
    assert sheets["new"].iloc[1].tolist()[:3] == ["text", "label", "predicted"]
    assert sheets["old"].shape == (3, 2)


def test_figures_are_of_the_classes_as_they_are_written(trained, tmp_path, capsys):
    assert run("evaluate", trained, codes(tmp_path / "other.csv", ("1.1", "1.10"), 5)) == 0
    assert "never saw" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "answers"),
    [
        ("new.txt", b"id\ttext\n1\tgas\n2\tthanks\n", 2),  # a table, though lines have this name
        ("new.txt", b"gas in the house\nthanks\n", 2),
        ("new.txt", b"x" * (5 << 20), 1),  # a line has one answer, however long it is
        ("new.csv", b"id,TEXT\n1,gas\n2,thanks\n", 2),
    ],
)
def test_a_table_and_lines_are_told_apart(trained, tmp_path, capsys, name, content, answers):
    (tmp_path / name).write_bytes(content)
    assert run("predict", trained, tmp_path / name) == 0
    assert f"{answers} answer" in capsys.readouterr().out
    assert len(read_table(tmp_path / "new-predicted.csv").frame) == answers


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("new.txt", b"%PDF-1.4\n\x01\x02", "a PDF, expected a text in each line"),
        ("new.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture, expected"),
        ("new.txt", b"{\\rtf1 text}", "an RTF document, expected"),
        ("new.txt", b"RIFF\0\0\1\2WAVEfmt \1\2\0\3\1" * 9, "binary data, expected"),
        ("new.log", b"gas in the house\nthanks\n", "a file of lines is called .txt"),
        (
            "new.csv",
            b"x,y\n1,2\n",
            "the network reads its texts there; there are: x, y",
        ),
    ],
)
def test_what_is_no_text_is_not_answered(trained, tmp_path, capsys, name, content, words):
    (tmp_path / name).write_bytes(content)
    assert run("predict", trained, tmp_path / name) == 2
    assert words in capsys.readouterr().err
    assert run("predict", trained, tmp_path / name, "--lang", "ru") == 2
    assert not re.search("expected|missing|there are", capsys.readouterr().err)


def test_documents_that_have_no_answer_are_told(trained, tmp_path, capsys):
    for name, content in {"a.txt": "gas", "b.txt": " \n", "c.pdf": "%PDF", "d.txt": "%PDF"}.items():
        (tmp_path / "new").mkdir(exist_ok=True)
        (tmp_path / "new" / name).write_text(content, "utf-8")
    assert run("predict", trained, tmp_path / "new") == 0
    said = capsys.readouterr().out
    assert "files that are no texts left out: .pdf, d.txt (PDF)" in said
    assert "empty documents left out: 1, such as b.txt" in said
