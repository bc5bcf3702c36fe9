"""The command `train` in several processes, and what torchrun does when one of them dies."""

import csv
import json

import pytest

from common import launch
from common.__main__ import main as common_main
from common.cli import main
from common.discovery import ROOT
from common.launch import SaidElsewhereError, check_restarts
from common.runs import experiment
from tests.common import forked
from tests.common.runs.under_torchrun import DOMAIN
from tests.common.toy import TASK, ToySettings, ToySource

EPOCHS = 24


@pytest.fixture
def launched(monkeypatch):
    """Let this process believe to be the first of two that torchrun started."""
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("WORLD_SIZE", "2"), ("RANK", "0")):
        monkeypatch.setenv(name, value)
    return monkeypatch


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


@pytest.mark.parametrize("words", [["demo"], ["evaluate", "runs/x"], ["train", "--find-lr"]])
def test_what_is_for_one_process_says_so_in_one_line(words, launched, capsys):
    assert main(DOMAIN, [*words, "--lang", "en"]) == 2
    name = "train --find-lr" if words[0] == "train" else words[0]
    assert capsys.readouterr().err == (
        f"error: {name} is for one process: torchrun shares the work of train alone\n"
    )
    launched.setenv("RANK", "1")
    assert main(DOMAIN, words) == 2
    assert capsys.readouterr().err == ""


def test_the_doctor_is_for_one_process(launched, capsys):
    assert common_main(["doctor", "--lang", "ru"]) == 2
    assert "doctor рассчитана на один процесс" in capsys.readouterr().err


def test_a_run_to_be_started_again_needs_a_name(launched):
    check_restarts(None)
    launched.setenv("TORCHELASTIC_MAX_RESTARTS", "3")
    with pytest.raises(Exception, match="add --out RUN"):
        check_restarts(None)
    check_restarts("runs/flats")
    launched.setenv("RANK", "1")
    with pytest.raises(SaidElsewhereError):
        check_restarts(None)


def test_a_variable_of_another_system_is_no_launch(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    assert not launch.launched()
    assert launch.rank() == 0
