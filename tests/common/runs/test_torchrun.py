"""The command `train` in several processes, and what torchrun does when one of them dies."""

import csv
import json

import pytest

from common import launch
from common.__main__ import main as common_main
from common.cli import guarded, main
from common.discovery import ROOT
from common.launch import check_restarts
from common.runs import experiment
from tests.common import forked
from tests.common.runs.under_torchrun import DOMAIN
from tests.common.toy import TASK, ToySettings, ToySource

EPOCHS = 24


@pytest.fixture
def launched(monkeypatch):
    """Let this process believe to be the first of two that torchrun started."""
    for name in ("TORCHELASTIC_RUN_ID", "WORLD_SIZE", "RANK", "LOCAL_RANK"):
        monkeypatch.setenv(name, "2" if name == "WORLD_SIZE" else "0")
    return monkeypatch


@pytest.fixture
def second(launched):
    """Let this process believe to be the second; return the seconds for which it has waited."""
    waited = []
    launched.setenv("RANK", "1")
    launched.setenv("LOCAL_RANK", "1")
    launched.setattr(launch.time, "sleep", waited.append)
    return waited


def test_a_killed_rank_is_started_again_and_all_go_on(tmp_path):
    script = ROOT / "tests" / "common" / "runs" / "under_torchrun.py"
    # the ranks are copies of the launcher, which has PyTorch already
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    torchrun += ["--max-restarts=1", "--start-method=fork", "--run-path", script]
    experiment.train(
        TASK, ToySource(), ToySettings(epochs=1, device="cpu"), tmp_path / "first", progress=False
    )
    wishes = [f"--epochs={EPOCHS}", "--batch-size=33", "--device=cpu", "--lang=en"]
    wishes += ["--start-run", str(tmp_path / "first")]
    done = forked.python(*torchrun, "train", *wishes, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("training with mse") == 2  # by the first rank, before and after
    assert done.stdout.count("page: ") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"first", "run"}
    assert done.stdout.count("begins from") == 2
    with open(tmp_path / "run" / "history.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == list(range(1, EPOCHS + 1))
    figures = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert figures["examples"] == {"train": 140, "valid": 40, "test": 20}


# What every rank finds wrong before they have joined: the words, the exit code, what is said.
ONE_PROCESS = "is for one process: torchrun shares the work of train alone"
REFUSED = [
    (["demo"], f"demo {ONE_PROCESS}"),
    (["evaluate", "runs/x"], f"evaluate {ONE_PROCESS}"),
    (["--lang", "en", "predict", "runs/x", "new.csv"], f"predict {ONE_PROCESS}"),
    (["train", "--find-lr"], f"train --find-lr {ONE_PROCESS}"),
    (["train", "--resume", "runs/x", "--out", "y"], "--resume goes on with the data and settings"),
    (["train", "--epochs", "x"], "argument --epochs: 'x'"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_what_is_wrong_with_the_command_is_said_in_one_line(words, said, launched, capsys):
    assert _code(words) == 2
    line = capsys.readouterr().err
    assert line.startswith(f"error: {said}")
    assert line.count("\n") == 1


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_others_leave_time_to_say_it_and_say_it_where_nobody_has(
    words, said, second, monkeypatch, capsys
):
    def sleep(seconds):
        assert capsys.readouterr() == ("", "")
        second.append(seconds)

    monkeypatch.setattr(launch.time, "sleep", sleep)
    assert _code(words) == 2
    assert second == [launch.UNTIL_ENDED]  # torchrun ends all with the first that ends
    assert capsys.readouterr().err.startswith(f"error: {said}")


def test_who_waits_for_another_to_say_it_can_be_interrupted(second, monkeypatch, capsys):
    def interrupted(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(launch.time, "sleep", interrupted)
    assert _code(["demo"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_each_machine_says_it(launched, capsys):
    launched.setenv("RANK", "1")
    assert main(DOMAIN, ["demo", "--lang", "ru"]) == 2
    assert "demo рассчитана на один процесс" in capsys.readouterr().err


def test_only_one_says_that_it_was_interrupted_while_it_began(second, capsys):
    def interrupted():
        raise KeyboardInterrupt

    assert guarded("common", interrupted) == 130
    assert capsys.readouterr().err == ""
    assert second == []


def _code(words):
    """Return the exit code of a command; the parser of the command line exits by itself."""
    try:
        return main(DOMAIN, words if "--lang" in words else [*words, "--lang", "en"])
    except SystemExit as end:
        return end.code


def test_the_doctor_is_for_one_process(launched, capsys):
    assert common_main(["doctor", "--lang", "ru"]) == 2
    assert "doctor рассчитана на один процесс" in capsys.readouterr().err


def test_a_run_to_be_started_again_needs_a_name(launched):
    check_restarts(None)
    launched.setenv("TORCHELASTIC_MAX_RESTARTS", "3")
    with pytest.raises(Exception, match="add --out RUN"):
        check_restarts(None)
    check_restarts("runs/flats")


def test_a_variable_of_another_system_is_no_launch(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    assert not launch.launched()
    assert launch.rank() == 0
