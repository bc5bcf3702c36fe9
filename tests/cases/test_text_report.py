"""What a report says of a person's own texts, and of parts that cannot say much."""

import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef, precision_recall_fscore_support

from tests.text.helpers import QUICK, run
from text.metrics import figures_by_class, matthews
from text.settings import TextSettings


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("STICKSHIFT_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


def test_figures_are_scikit_learns():
    drawn = np.random.default_rng(3)
    true, answers = drawn.integers(0, 4, 200), drawn.integers(0, 4, 200)
    answers[:120] = true[:120]
    assert matthews(answers, true, 4) == pytest.approx(matthews_corrcoef(true, answers))
    assert matthews(answers, true, 9) == pytest.approx(matthews_corrcoef(true, answers))
    found = figures_by_class(answers, true, 4)
    theirs = precision_recall_fscore_support(true, answers)
    for name, values in zip(("precision", "recall", "f1", "texts"), theirs, strict=True):
        assert found[name] == pytest.approx(values)


def test_one_answer_for_all_has_no_correlation():
    assert np.isnan(matthews(np.zeros(5, int), np.array([0, 0, 1, 1, 1]), 2))


def test_training_stops_by_the_validation_part_unless_told_otherwise():
    assert TextSettings().patience == 3
    assert TextSettings(patience=None).patience is None


def letters(path, count=40):
    rows = [f"пахнет газом {n},газ\nнет воды {n},вода\n" for n in range(count)]
    path.write_text("text,label\n" + "".join(rows), encoding="utf-8")
    return path


COLUMNS = ["--text", "text", "--label", "label"]


def test_the_page_speaks_of_the_persons_texts(tmp_path, capsys):
    words = [letters(tmp_path / "письма.csv"), *COLUMNS, "--out", tmp_path / "run"]
    assert run("train", *words, *QUICK) == 0
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Texts of письма.csv" in page
    for lesson in ("rouble", "stairwell", "property manager"):
        assert lesson not in page
    for figure in ("MCC", "precision", "recall"):
        assert figure in page
    said = capsys.readouterr().out
    assert "costliest class missed" not in said
    assert "no prices were given" in said


def test_a_part_of_one_class_is_said(tmp_path, capsys):
    path = tmp_path / "letters.csv"
    common = "".join(f"нет воды {n},вода\n" for n in range(60))
    path.write_text(f"text,label\n{common}пахнет газом,газ\nгаз дома,газ\n", encoding="utf-8")
    assert run("train", path, *COLUMNS, "--out", tmp_path / "run", *QUICK) == 0
    said = capsys.readouterr().out
    assert "part has texts of one class alone, 'вода'" in said
    one = tmp_path / "one.csv"
    one.write_text("text,label\nнет воды,вода\nводы нет совсем,вода\n", encoding="utf-8")
    assert run("evaluate", tmp_path / "run", one) == 0
    assert "the examined part has texts of one class alone, 'вода'" in capsys.readouterr().out
