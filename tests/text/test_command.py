"""python -m text, as a stranger would use it: on their own file, right or wrong."""

import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from common.cli import main
from common.tables import read_table
from text.__main__ import DOMAIN
from text.messages import CLASSES, read_messages

QUICK = ["--epochs", "1", "--width", "8", "--heads", "1", "--embedding", "8", "--device", "cpu"]
COLUMNS = ["--text", "сообщение", "--label", "класс"]


def run(*words):
    return main(DOMAIN, [str(word) for word in words])


def letters(n=160):
    """Some of the course's messages, as a person's table would hold them."""
    messages = read_messages()[:: len(read_messages()) // n]
    return pd.DataFrame(
        {
            "номер": np.arange(len(messages)) + 100,
            "сообщение": [message.text for message in messages],
            "класс": [message.label for message in messages],
            "ситуация": [message.situation for message in messages],
        }
    )


def russian_csv(path, frame):
    frame.to_csv(path, sep=";", encoding="cp1251", index=False, errors="replace")
    return path


def prices(path, classes=CLASSES, **changes):
    frame = pd.DataFrame(1.0 - np.eye(len(classes)), columns=list(classes)).astype(object)
    for place, price in changes.items():
        row, column = place.removeprefix("at_").split("_")
        frame.iloc[int(row), int(column)] = price
    frame.insert(0, "class", list(classes))
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def table(tmp_path):
    return russian_csv(tmp_path / "письма жильцов.csv", letters())


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    path = russian_csv(folder / "letters.csv", letters())
    dear = prices(folder / "costs.csv", at_0_4="150000", at_0_1="40 000 ₽")
    words = [path, *COLUMNS, "--costs", dear, "--out", folder / "run", "--json"]
    assert run("train", *words, *QUICK) == 0
    return folder / "run"


def refused(capsys, words, *arguments):
    assert run(*arguments) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_a_russian_csv_is_learned_examined_and_answered(tmp_path, table, capsys):
    out = tmp_path / "run"
    grouped = ["--group", "ситуация", "--out", out]
    assert run("train", table, *COLUMNS, *grouped, *QUICK) == 0
    said = capsys.readouterr().out
    for words in ("cp1251", "separator ';'", "no prices were given", "emergency"):
        assert words in said
    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert 0 < metrics["test"]["lost"] < 1000

    assert run("evaluate", out, table) == 0
    assert "macro-F1" in capsys.readouterr().out

    new = letters(30).drop(columns=["класс", "номер"])
    new.to_csv(tmp_path / "new.csv", index=False)
    assert run("predict", out, tmp_path / "new.csv", "--out", tmp_path / "sorted.csv") == 0
    found = read_table(tmp_path / "sorted.csv").frame
    assert set(found["predicted"]) <= set(CLASSES)
    assert found["probability"].between(0, 1).all()
    assert "expected_cost" not in found
    assert found["сообщение"].tolist() == new["сообщение"].tolist()


def test_the_page_shows_matrices_mistakes_and_no_message_as_html(tmp_path, capsys):
    frame = letters()
    frame["сообщение"] = (
        "<script>alert(1)</script><img src=x onerror=alert(2)> " + frame["сообщение"]
    )
    frame.to_csv(tmp_path / "evil.csv", index=False)
    out = tmp_path / "run"
    assert run("train", tmp_path / "evil.csv", *COLUMNS, "--out", out, "--json", *QUICK) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "onerror=alert" not in page.replace("&lt;img src=x onerror=alert(2)&gt;", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "The costliest mistakes" in page
    assert "looked at" in page
    assert page.count("data:image/png;base64") >= 4


def test_the_demo_compares_losses_and_decisions(tmp_path, capsys):
    assert run("--out", tmp_path / "demo", *QUICK) == 0
    said = capsys.readouterr().out
    assert "written for this course" in said
    metrics = json.loads((tmp_path / "demo" / "metrics.json").read_text(encoding="utf-8"))
    assert set(metrics["losses"]) == set(DOMAIN.demo)
    assert "cross_entropy, least cost" in metrics["references"]
    assert "cost, least cost" in metrics["references"]


def test_answers_are_the_same_after_loading_and_in_any_order(trained, tmp_path):
    new = letters(40)
    new.to_csv(tmp_path / "a.csv", index=False)
    new[::-1].to_csv(tmp_path / "b.csv", index=False)
    for name in "ab":
        run("predict", trained, tmp_path / f"{name}.csv", "--out", tmp_path / f"{name}o.csv")
    first, second = (read_table(tmp_path / f"{name}o.csv").frame for name in "ab")
    assert first["predicted"].tolist() == second["predicted"].tolist()[::-1]
    turned = second["expected_cost"].to_numpy()[::-1]
    np.testing.assert_allclose(first["expected_cost"], turned, rtol=1e-5)


def test_lines_of_the_standard_input_are_answered(trained, tmp_path, monkeypatch):
    lines = ["Пахнет газом!", "", "=cmd|' /C calc'!A0", "\x00сп\x00асибо", "🔥🔥🔥", "112"]
    data = "\n".join(lines).encode() + "\nтечёт кран на кухне\n".encode("cp1251")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    assert run("predict", trained, "-", "--out", tmp_path / "o.csv") == 0
    raw = (tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(raw) == 7
    assert raw[2].startswith("'=cmd")
    assert raw[3].startswith("спасибо,")
    assert raw[6].startswith("течёт кран на кухне,")
    assert all(line.split(",")[-3] in CLASSES for line in raw[1:])


def test_a_file_of_lines_is_answered_as_the_same_table(trained, tmp_path):
    new = letters(40)
    new["сообщение"] = [" ".join(text.split()) for text in new["сообщение"]]
    (tmp_path / "n.txt").write_text(
        "\n".join(new["сообщение"]), encoding="koi8-r", errors="replace"
    )
    new["сообщение"] = [t.encode("koi8-r", "replace").decode("koi8-r") for t in new["сообщение"]]
    new.to_csv(tmp_path / "n.csv", index=False)
    for name in ("n.txt", "n.csv"):
        assert run("predict", trained, tmp_path / name, "--out", tmp_path / f"{name}.o.csv") == 0
    lines, rows = (read_table(tmp_path / f"{name}.o.csv").frame for name in ("n.txt", "n.csv"))
    assert lines["predicted"].tolist() == rows["predicted"].tolist()


def test_a_folder_of_documents_is_learned_split_by_document_and_answered(tmp_path, capsys):
    generator = np.random.default_rng(0)
    words = {"gas": ["газ", "запах", "труба", "вентиль"], "thanks": ["спасибо", "мастер", "добрый"]}
    for number in range(12):
        for label, own in words.items():
            text = " ".join(generator.choice([*own, "и", "в", "на", "дом"], 150))
            encoding = ("utf-8", "cp1251", "koi8-r")[number % 3]
            path = (
                tmp_path
                / "in"
                / (f"{label}/{number}.txt" if number % 2 else f"{label}_{number}.txt")
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding=encoding)
    (tmp_path / "in" / "gas_empty.txt").write_text("  \n")
    out = tmp_path / "run"
    few = ["--passage", "50", "--shares", "50/25/25", "--out", out]
    assert run("train", tmp_path / "in", *few, *QUICK, "--epochs", "4") == 0
    said = capsys.readouterr().out
    for part in ("24 documents", "8 in cp1251", "8 in koi8-r", "72 passages", "gas_empty.txt"):
        assert part in said
    assert run("evaluate", out, tmp_path / "in", "--json") == 0
    assert json.loads(capsys.readouterr().out)["examples"] == 72
    assert run("predict", out, tmp_path / "in", "--out", tmp_path / "o.csv") == 0
    found = read_table(tmp_path / "o.csv").frame
    assert len(found) == 72
    assert found["file"].nunique() == 24


# --- wrong input -------------------------------------------------------------------------------


ROWS = "сообщение;класс\n" + "течёт кран;repair\nспасибо;thanks\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        ("сообщение;класс\n".encode(), "no rows"),
        (
            ("сообщение;класс\n" + "течёт кран;repair\n" * 9).encode(),
            "all 1 texts are of one class",
        ),
        (("сообщение;класс\n" + ";repair\n;thanks\n").encode(), "no row has both a text"),
        ((ROWS + "a\0b;repair\n").encode(), "binary data"),
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
    assert "empty texts left out: 1, the first is row" in capsys.readouterr().out


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


def test_ratings_are_learned_by_their_distance(tmp_path):
    frame = letters(150)
    frame["класс"] = [1 + len(text) % 5 for text in frame["сообщение"]]
    frame.to_csv(tmp_path / "t.csv", index=False)
    words = [*COLUMNS, "--loss", "ordinal", "--out", tmp_path / "r", "--json"]
    assert run("train", tmp_path / "t.csv", *words, *QUICK) == 0
    assert run("predict", tmp_path / "r", tmp_path / "t.csv", "--out", tmp_path / "o.csv") == 0
    assert read_table(tmp_path / "o.csv").frame["predicted"].between(1, 5).all()


def test_help_needs_no_library():
    code = (
        "import sys, common.cli, text.__main__ as m\n"
        "try: common.cli.main(m.DOMAIN, ['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'gensim', 'nltk', 'pymorphy2', 'pandas', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "predict" in done.stdout
