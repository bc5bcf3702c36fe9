import json
import subprocess
import sys

import numpy as np
import pytest

from common.__main__ import main as common_main
from common.cli import main
from common.domain import Domain
from common.settings import Options
from tests.common.toy import TASK, ToyPredict, ToySettings, ToySource

DOMAIN = Domain(
    "toy",
    "A line.",
    "tests.common.toy",
    ToySource,
    ToySettings,
    ("mse", "l1"),
    demo_settings={"epochs": 2},
    predict=ToyPredict,
)


def run(*words):
    return main(DOMAIN, list(map(str, words)))


@pytest.fixture
def points(tmp_path):
    path = tmp_path / "точки.txt"
    x = np.linspace(0, 1, 100)
    np.savetxt(path, np.stack([x, 3 * x], axis=1))
    return path


def test_without_words_the_demo_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run() == 0
    folder = tmp_path / "runs" / "toy-demo"
    assert (folder / "report.html").is_file()
    assert "mse" in capsys.readouterr().out
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["losses"]["mse"]["epochs"] == 2  # the demo has settings of its own


def test_options_without_a_command_are_the_demos(tmp_path, capsys):
    assert run("--json", "--epochs", 1, "--out", tmp_path / "d", "--device", "cpu") == 0
    assert set(json.loads(capsys.readouterr().out)["losses"]) == {"mse", "l1"}


def test_train_evaluate_predict(tmp_path, points, capsys):
    assert run("train", points, "--out", tmp_path / "r", "--epochs", 2, "--json") == 0
    trained = json.loads(capsys.readouterr().out)
    assert run("evaluate", tmp_path / "r", points, "--json") == 0
    assert json.loads(capsys.readouterr().out)["metrics"]["mae"] > 0
    assert run("predict", tmp_path / "r", points, "--out", tmp_path / "answers.txt") == 0
    assert len(np.loadtxt(tmp_path / "answers.txt")) == 100
    assert trained["test"]["mae"] > 0


def test_a_demo_without_tables_of_the_course_offers_none(capsys):
    bare = Domain("toy", "A line.", "tests.common.toy", Options, ToySettings, ("mse",))
    with pytest.raises(SystemExit):
        main(bare, ["demo", "--help"])
    assert "--data" not in capsys.readouterr().out


def test_a_run_is_examined_on_its_own_test_part(tmp_path, points, capsys):
    run("train", points, "--out", tmp_path / "r", "--device", "cpu", "--json")
    trained = json.loads(capsys.readouterr().out)
    assert run("evaluate", tmp_path / "r", "--json") == 0
    examined = json.loads(capsys.readouterr().out)
    assert examined == {"part": "test", "examples": 10, "metrics": trained["test"]}
    assert run("evaluate", tmp_path / "r") == 0
    assert "the test part of the run's own data: 10 examples" in capsys.readouterr().out


def test_evaluate_offers_nothing_that_only_training_needs(capsys):
    for command, offered in (("train", True), ("evaluate", False)):
        with pytest.raises(SystemExit):
            run(command, "--help")
        assert ("--flock" in capsys.readouterr().out) == offered


def test_predict_has_options_of_the_domain(tmp_path, points, capsys):
    run("train", points, "--out", tmp_path / "r", "--device", "cpu", "--epochs", 1)
    assert run("predict", tmp_path / "r", points, "--out", tmp_path / "a", "--digits", 2) == 0
    assert {len(line.split(".")[1]) for line in (tmp_path / "a").read_text().split()} == {2}
    assert run("predict", tmp_path / "r", points, "--out", tmp_path / "a", "--digits", 99) == 2


def test_json_is_ascii_and_has_no_nan(tmp_path, points, capsys, monkeypatch):
    folder = tmp_path / "прогон"
    run("train", points, "--out", folder, "--device", "cpu", "--epochs", 1)
    monkeypatch.setattr(type(TASK), "evaluate", lambda *_: ({"mae": np.float64("nan")}, None))
    capsys.readouterr()
    answers = tmp_path / "ответы.txt"
    for words in (
        ["train", points, "--out", folder, "--epochs", 1],
        ["evaluate", folder, points],
        ["predict", folder, points, "--out", answers],
    ):
        assert run(*words, "--json") == 0
        out = capsys.readouterr().out
        assert out.isascii()
        assert "NaN" not in out
        json.loads(out)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["flats.txt"], "FILE"),
        (["--epochs", "9"], "--epochs"),
        (["--epochs", "3", "--data", "x"], "--data, --epochs"),
        (["--out", "elsewhere"], "--out"),
    ],
)
def test_resume_takes_no_other_wishes(words, named, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("train", "--resume", "line", *words) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.rstrip().endswith(f"leave out {named}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "nowhere.txt"], "nowhere.txt: no such file"),
        (["train", "--loss", "mes"], "unknown loss 'mes'; did you mean 'mse'"),
        (["train", "--activation", "rely"], "unknown activation 'rely'; did you mean 'relu'"),
        (["train", "--device", "tpu"], "tpu"),
        (["train", "--shares", "70/20/20"], "add up to 110"),
        (["train", "--resume", "nowhere"], "nothing to resume"),
        (["train", "--resume", "."], "the folder that you are in"),
        (["train", "--out", "."], "the folder that you are in"),
        (["train", "--seed", "99999999999"], "--seed is 99999999999"),
        (["evaluate", "nowhere"], "nowhere: no such run"),
        (["predict", "nowhere", "x", "--out", "y"], "nowhere: no such run"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(*words) == 2
    _, err = capsys.readouterr()
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["train", "--epochs", "many"], ["fly"], ["predict", "run"]])
def test_a_wrong_word_is_one_line_and_exit_code_2(words, capsys):
    with pytest.raises(SystemExit) as exit_:
        run(*words)
    assert exit_.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "en", "ru"),
    [
        (["chek"], "invalid choice: 'chek'", "нет такого: 'chek'"),
        (["check", "--foo"], "unrecognized arguments: --foo", "лишние аргументы: --foo"),
        (["cluster"], "required: COMMAND", "COMMAND"),
    ],
)
def test_common_too_says_in_one_line_what_it_does_not_understand(words, en, ru, capsys):
    for language, label, says in (("en", "error: ", en), ("ru", "ошибка: ", ru)):
        with pytest.raises(SystemExit) as ended:
            common_main([*words, "--lang", language])
        assert ended.value.code == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(label)
        assert says in line


def test_help_imports_nothing_heavy():
    code = (
        "import sys, runpy; sys.argv = ['tabular', '--help']\n"
        "try: runpy.run_module('tabular', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print([m for m in ('torch', 'pandas', 'matplotlib', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
