"""python -m text on files and wishes that are wrong, strange or meant ill."""

import pandas as pd
import pytest

from common.tables import read_table
from tests.text.helpers import COLUMNS, QUICK, letters, prices, refused, run
from text.synthetic import CLASSES

ROWS = "сообщение;класс\n" + "течёт кран;repair\nспасибо;thanks\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        ("сообщение;класс\n".encode(), "no rows"),
        (
            ("сообщение;класс\n" + "течёт кран;repair\n" * 9).encode(),
            "texts in 'сообщение' are the same",
        ),
        (("сообщение;класс\n" + ";repair\n;thanks\n").encode(), "no row has both a text"),
        ((ROWS + "a\0b;repair\n").encode(), "line 4 holds a zero byte"),
        (
            (ROWS * 40).encode() + "прорвало трубу;repair\n".encode("cp1251"),
            "which is not utf-8 as the rest is",
        ),
        (
            ("сообщение;класс\n" + "".join(f"текст {i};к{i}\n" for i in range(90))).encode(),
            "is 'класс' the column of the classes?",
        ),
        (ROWS.encode(), "part is empty"),
    ],
)
def test_a_table_that_cannot_be_learned_is_refused(tmp_path, monkeypatch, capsys, content, words):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "strange.csv"
    path.write_bytes(content)
    refused(capsys, words, "train", path, *COLUMNS, *QUICK)
    assert [p.name for p in tmp_path.iterdir()] == ["strange.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv", *COLUMNS], "nowhere.csv: no such file"),
        (["TABLE"], "--text COLUMN"),
        (["TABLE", "--text", "сообщение"], "--label COLUMN"),
        (["TABLE", "--text", "Сообщения", "--label", "класс"], "did you mean 'сообщение'"),
        (["TABLE", "--text", "сообщение", "--label", "клас"], "did you mean 'класс'"),
        (["TABLE", "--text", "класс", "--label", "класс"], "both name 'класс'"),
        (["TABLE", *COLUMNS, "--group", "ситуации"], "did you mean 'ситуация'"),
        (["TABLE", *COLUMNS, "--loss", "focl"], "did you mean 'focal'"),
        (["TABLE", *COLUMNS, "--loss", "ordinal"], "classes that are numbers"),
        (["TABLE", *COLUMNS, "--loss", "cost + 0.5*ordinal"], "classes that are numbers"),
        (["TABLE", *COLUMNS, "--loss", "cost + hope"], "unknown loss 'cost + hope'"),
        (["TABLE", *COLUMNS, "--decision", "cheap"], "unknown decision"),
        (["TABLE", *COLUMNS, "--costs", "nowhere.csv"], "nowhere.csv: no such file"),
        (["TABLE", *COLUMNS, "--vectors", "nowhere.bin"], "nowhere.bin"),
        (["--text", "сообщение"], "name the file"),
        (["FOLDER"], "no text file"),
        (["FOLDER", "--label", "класс"], "is a folder"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_written(
    tmp_path, table, monkeypatch, capsys, arguments, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "пусто").mkdir()
    names = {"TABLE": str(table), "FOLDER": "пусто"}
    refused(capsys, words, "train", *(names.get(word, word) for word in arguments), *QUICK)
    assert {p.name for p in tmp_path.iterdir()} == {table.name, "пусто"}


@pytest.mark.parametrize(
    ("classes", "changes", "words"),
    [
        (CLASSES[:-1], {}, "the class 'noise' of the texts has no prices"),
        ((*CLASSES[:-1], "noisy"), {}, "'noise'"),
        ((*CLASSES, "spam"), {}, "unknown class 'spam'"),
        (CLASSES, {"at_1_2": "-5"}, "'repair' filed under 'complaint' costs -5"),
        (CLASSES, {"at_2_2": "7"}, "expected 0: that is the right answer"),
        (CLASSES, {"at_1_2": "дорого"}, "holds 'дорого'"),
        (CLASSES, {"at_1_2": "inf"}, "expected a price"),
    ],
)
def test_a_wrong_price_list_is_refused(tmp_path, table, capsys, classes, changes, words):
    costs = prices(tmp_path / "costs.csv", classes, **changes)
    refused(capsys, words, "train", table, *COLUMNS, "--costs", costs, *QUICK)


def test_a_price_list_of_the_wrong_shape_is_refused(tmp_path, table, capsys):
    path = tmp_path / "costs.csv"
    prices(path)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    refused(capsys, "5 rows and 6 columns", "train", table, *COLUMNS, "--costs", path, *QUICK)


def test_a_class_with_one_text_is_named_and_stays_in_training(tmp_path, capsys):
    frame = letters()
    frame.loc[len(frame)] = [999, "Верните мой сервиз", "пропажа", "z"]
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert run("train", tmp_path / "t.csv", *COLUMNS, "--out", tmp_path / "r", *QUICK) == 0
    said = capsys.readouterr().out
    line = next(line for line in said.splitlines() if "'пропажа'" in line)
    assert f"1 text (row {len(frame) + 1})" in line
    assert "the training part has it" in line


def test_classes_unseen_in_training_are_left_out_of_the_figures(trained, tmp_path, capsys):
    frame = letters(60)
    frame.loc[::3, "класс"] = "spam"
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert run("evaluate", trained, tmp_path / "t.csv") == 0
    said = capsys.readouterr().out
    assert f"{len(frame[::3])} texts have a class that the network never saw ('spam')" in said
    frame["класс"] = "spam"
    frame.loc[0, "класс"] = "ham"
    frame.to_csv(tmp_path / "t.csv", index=False)
    refused(capsys, "no text has a class", "evaluate", trained, tmp_path / "t.csv")


def test_strange_texts_are_answered_each_in_its_row(trained, tmp_path):
    strange = [
        "",
        "🔥🔥",
        "112",
        "сaт Вoда",
        "\u202eгаз\u200f",
        "<b>ГАЗ</b>",
        "вода " * 200_000,
        "?!",
    ]
    frame = pd.DataFrame({"сообщение": strange, "n": range(8)})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    for kind in ("csv", "parquet"):
        out = tmp_path / f"o.{kind}"
        assert run("predict", trained, tmp_path / f"t.{kind}", "--out", out) == 0
    table = read_table(tmp_path / "o.csv").frame
    found = read_table(tmp_path / "o.parquet").frame
    assert table["predicted"].tolist() == found["predicted"].tolist()
    assert found["n"].tolist() == list(range(8))
    assert found["predicted"].isna().tolist() == [True] + 7 * [False]
    assert set(found["predicted"].dropna()) <= set(CLASSES)


def test_training_on_strange_texts_leaves_out_the_empty_ones(tmp_path, capsys):
    frame = letters(120)
    strange = ["🔥🔥", "112", "...", "\u200f\u202e", "   ", "<br>", "вода " * 50_000]
    frame.loc[: len(strange) - 1, "сообщение"] = strange
    frame.to_parquet(tmp_path / "t.parquet")
    assert run("train", tmp_path / "t.parquet", *COLUMNS, "--out", tmp_path / "r", *QUICK) == 0
    assert "empty texts left out: 2, the first is row 4" in capsys.readouterr().out


def test_a_column_missing_at_prediction_is_named(trained, tmp_path, capsys):
    pd.DataFrame({"Сообщения": ["а"], "n": [1]}).to_csv(tmp_path / "t.csv", index=False)
    words = "column 'сообщение' is missing"
    refused(capsys, words, "predict", trained, tmp_path / "t.csv", "--out", tmp_path / "o.csv")
    refused(capsys, words, "evaluate", trained, tmp_path / "t.csv")


def test_a_file_is_not_overwritten_by_its_own_answers(trained, table, capsys):
    before = table.read_bytes()
    refused(capsys, "name another", "predict", trained, table, "--out", table)
    assert table.read_bytes() == before


def test_nothing_to_answer_is_said(trained, tmp_path, capsys):
    (tmp_path / "n.txt").write_bytes(b"\n\n \n")
    refused(
        capsys, "nothing to answer", "predict", trained, tmp_path / "n.txt", "--out", tmp_path / "o"
    )
    assert not (tmp_path / "o").exists()
