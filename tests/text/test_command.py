"""python -m text, as a stranger would use it on their own file."""

import io
import json
import subprocess
import sys

import numpy as np

from common.tables import read_table
from tests.common.only_needed import empty_but
from tests.text.helpers import COLUMNS, QUICK, letters, run
from text import load, predict, synthetic
from text.__main__ import DOMAIN
from text.line_reading import LONGEST_LINE
from text.synthetic import CLASSES


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


def test_the_demo_compares_losses_and_decisions(tmp_path, monkeypatch, capsys):
    empty_but(DOMAIN, monkeypatch)
    few = synthetic.read_messages()[::8]
    monkeypatch.setattr(synthetic, "read_messages", lambda: few)
    assert run("--out", tmp_path / "demo", *QUICK) == 0
    said = capsys.readouterr().out
    assert "written for this course" in said
    metrics = json.loads((tmp_path / "demo" / "metrics.json").read_text(encoding="utf-8"))
    assert set(metrics["losses"]) == set(DOMAIN.demo)
    assert "cross_entropy, least cost" in metrics["baselines"]
    assert "cost, least cost" in metrics["baselines"]


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


def test_answers_go_beside_the_input_where_no_place_is_said(trained, tmp_path, monkeypatch, capsys):
    letters(5).to_csv(tmp_path / "new.v2.tsv", sep="\t", index=False)
    (tmp_path / "lines.txt").write_text("Пахнет газом!\nтечёт кран\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_text("Пахнет газом!", encoding="utf-8")
    for name in ("new.v2.tsv", "new.v2.tsv", "lines.txt", "in"):
        assert run("predict", trained, tmp_path / name) == 0
    rows = {p.name: len(read_table(p).frame) for p in tmp_path.glob("*-predicted*")}
    assert rows == {
        "new.v2-predicted.tsv": 5,
        "new.v2-predicted2.tsv": 5,
        "lines-predicted.csv": 2,
        "in-predicted.csv": 1,
    }
    capsys.readouterr()
    assert run("predict", trained, "-") == 2
    assert "say where the answers to the standard input go: --out FILE" in capsys.readouterr().err


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


def test_a_stream_is_in_memory_a_block_at_a_time_however_long_its_lines():
    lines = ["ы" * 1_900_000] * 7 + ["да"] * 10_000
    blocks = list(predict._blocks(iter(lines)))
    assert [line for block in blocks for line in block] == lines
    assert max(map(len, blocks)) == predict.BLOCK
    longest = max(sum(map(len, block)) for block in blocks)
    assert longest <= predict.LARGEST_BLOCK + LONGEST_LINE


def test_a_stream_with_ever_new_words_is_answered_as_their_table(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(predict, "BLOCK", 16)
    monkeypatch.setattr(predict, "MOST_KNOWN", 40)
    texts = [" ".join(text.split()) for text in letters(80)["сообщение"]]
    (tmp_path / "n.txt").write_text("\n".join(texts), encoding="utf-8")
    assert run("predict", trained, tmp_path / "n.txt", "--out", tmp_path / "o.csv") == 0
    expected = load(trained).predict(texts)
    found = read_table(tmp_path / "o.csv").frame
    assert found["predicted"].tolist() == expected["predicted"].tolist()


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


def test_a_sum_of_losses_is_trained_examined_and_answered(tmp_path, table):
    words = [table, *COLUMNS, "--loss", "cost + 0.5*focal", "--out", tmp_path / "run", "--json"]
    assert run("train", *words, *QUICK) == 0
    assert run("evaluate", tmp_path / "run", table) == 0
    (tmp_path / "new.txt").write_text("Пахнет газом\n", encoding="utf-8")
    assert run("predict", tmp_path / "run", tmp_path / "new.txt", "--out", tmp_path / "o.csv") == 0
