"""The search as a whole: its order, what it refuses, and the command; by a clock of its own."""

import json

import numpy as np
import pytest
import torch

from common.autopilot.portfolio import Portfolio, Times
from common.cli import main
from common.domain import Domain
from common.errors import UserError
from common.runs import store
from tests.common.autopilot.slow_toy import (
    SETTINGS,
    Clock,
    SlowTask,
    search,
    tried,
)
from tests.common.toy import TASK, ToySettings, ToySource

pytestmark = pytest.mark.usefixtures("without_optuna")


def test_the_default_comes_first_and_then_the_portfolio_in_its_order():
    lines = []
    result = search(SlowTask(Clock()), lines=lines)
    expected = [{}, {"epochs": 8}, {"width": 8}, {"lr": 0.05}, {"epochs": 2}]
    assert tried(result)[:5] == expected
    trials = [line for line in lines if line.startswith("trial")]
    assert len(trials) == len(tried(result))
    assert trials[0].startswith("trial 1: default")
    assert "MAE" in trials[0]


def test_what_did_well_is_put_together_while_there_is_time():
    found = tried(search(SlowTask(Clock())))
    assert {"epochs": 8, "width": 8, "lr": 0.05} in found
    assert len({json.dumps(changes, sort_keys=True) for changes in found}) == len(found)


def test_what_a_person_chose_stays_as_it_is():
    task = SlowTask(Clock())
    result = search(task, told={"width", "epochs"})
    assert tried(result) == [{}, {"lr": 0.05}]
    assert {settings.width for settings in task.begun} == {SETTINGS.width}


def test_the_test_part_is_touched_once_and_by_the_answer():
    task = SlowTask(Clock())
    result = search(task)
    test = set(result.prepared.test.x)
    touching = [examples for examples in task.examined if test & set(examples.x)]
    assert [set(examples.x) for examples in touching] == [test]


def test_a_loss_that_contradicts_the_metric_is_refused():
    task = SlowTask(Clock())
    task.portfolio = Portfolio(losses={"mae": ("l1",)})
    with pytest.raises(UserError, match="--loss mse does not serve the metric mae.*take l1"):
        search(task, told={"loss"})
    assert task.begun == []
    result = search(task)  # where nobody chose it, one that serves the metric is taken
    assert result.outcomes[0].name == "l1"


def test_unknown_metrics_and_losses_are_refused():
    with pytest.raises(UserError, match="unknown metric 'hope'.*mae"):
        search(SlowTask(Clock()), metric="hope")
    with pytest.raises(UserError, match="unknown loss 'hope'"):
        search(SlowTask(Clock()), settings=SETTINGS.changed({"loss": "hope"}))


DOMAIN = Domain("toy", "A line.", "tests.common.toy", ToySource, ToySettings, ("mse", "l1"))


def test_the_command_by_hand_gives_the_winner_again(tmp_path, capsys, monkeypatch):
    x = np.linspace(0, 1, 100)
    np.savetxt(tmp_path / "my points.txt", np.stack([x, 3 * x], axis=1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        type(TASK), "portfolio", Portfolio(changes=({}, {"width": 8, "epochs": Times(5)}))
    )
    words = ["my points.txt", "--device", "cpu", "--lr", "0.05"]
    assert main(DOMAIN, ["autopilot", *words, "--minutes", "0.5", "--out", "a"]) == 0
    printed = capsys.readouterr().out
    assert "trial 1: default" in printed
    assert "page: a/report.html" in printed
    command = printed.strip().splitlines()[-1].removeprefix("to drive this by hand: ")
    expected = "python -m toy train 'my points.txt' --width 8 --lr 0.05 --epochs 15 --device cpu"
    assert command == expected
    assert command in (tmp_path / "a" / "report.html").read_text().replace("&#39;", "'")
    assert main(DOMAIN, ["train", *words, "--width", "8", "--epochs", "15", "--out", "b"]) == 0
    points = TASK.load(ToySource(file="my points.txt"))
    by_hand, found = (store.load(folder, TASK)(points) for folder in "ba")
    torch.testing.assert_close(found, by_hand, rtol=0, atol=0)


def test_its_run_is_a_run_like_any_other(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(DOMAIN, ["autopilot", "--device", "cpu", "--minutes", "0.2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"] == "runs/toy-autopilot"
    assert found["autopilot"]["metric"] == "mae"
    assert main(DOMAIN, ["evaluate", "runs/toy-autopilot", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["metrics"] == found["test"]
