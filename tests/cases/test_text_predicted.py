"""What is said of texts that a network is to answer and hardly can: damaged ones, strange ones."""

import pandas as pd
import pytest

from tests.text.helpers import run
from text.text_quality import damage_in

KNOWN = ["нет горячей воды в доме", "не работает лифт в подъезде", "течёт кран на кухне"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    frame = pd.DataFrame(
        {"text": [f"{KNOWN[n % 3]}, кв {n}" for n in range(90)], "label": ["в", "л", "к"] * 30}
    )
    frame.to_csv(folder / "a.csv", index=False)
    words = [folder / "a.csv", "--text", "text", "--label", "label", "--out", folder / "run"]
    assert run("train", *words, "--epochs", 1, "--width", 8) == 0
    return folder / "run"


STRANGE = ["no hot water", "the lift is stuck", "a leaking tap"]
FORMS = {
    "csv": lambda texts: "text\n" + "".join(f'"{text}"\n' for text in texts),
    "txt": lambda texts: "\n" + "\n".join(texts),
}


@pytest.mark.parametrize("suffix", FORMS)
def test_texts_without_any_word_of_training_are_said(trained, tmp_path, capsys, suffix):
    path = tmp_path / f"new.{suffix}"
    path.write_text(FORMS[suffix](STRANGE), encoding="utf-8")
    assert run("predict", trained, path) == 0
    said = "no word that training knew in 3 of 3 texts, such as row 2: 'no hot water'; are they of"
    assert said in capsys.readouterr().out
    assert run("predict", trained, path, "--lang", "ru") == 0
    assert "ни одного слова, знакомого по обучению, в текстах: 3 из 3" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", FORMS)
def test_of_texts_as_in_training_nothing_is_said(trained, tmp_path, capsys, suffix):
    path = tmp_path / f"new.{suffix}"
    path.write_text(FORMS[suffix]([*KNOWN, "спс", "лифт"]), encoding="utf-8")
    assert run("predict", trained, path) == 0
    said = capsys.readouterr().out
    assert "5 answers" in said
    assert "knew" not in said


def test_a_folder_of_texts_of_another_language_is_said(trained, tmp_path, capsys):
    (tmp_path / "new").mkdir()
    for number, text in enumerate(STRANGE):
        (tmp_path / "new" / f"{number}.txt").write_text(text, encoding="utf-8")
    assert run("predict", trained, tmp_path / "new") == 0
    said = "no word that training knew in 3 of 3 passages, such as 'no hot water'; are they of"
    assert said in capsys.readouterr().out


def test_texts_that_went_through_a_wrong_encoding_are_said_before_they_are_answered(
    trained, tmp_path, capsys
):
    broken = [text.encode().decode("cp1251") for text in KNOWN]
    path = tmp_path / "new.csv"
    path.write_text(FORMS["csv"](broken), encoding="utf-8")
    assert run("predict", trained, path) == 0
    said = capsys.readouterr().out
    assert "UTF-8 that was read in another encoding and saved in 3 of 3 texts" in said


def test_tags_that_are_left_out_are_no_damage():
    assert damage_in([f"<p>{text}</p>" for text in KNOWN], [2, 3, 4]) == []
