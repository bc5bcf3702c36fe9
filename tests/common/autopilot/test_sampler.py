"""Optuna goes on from what was found: within the portfolio's bounds, and towards what did well."""

import optuna
import pytest

from common.autopilot import sampler
from common.autopilot.portfolio import Portfolio, Times
from common.autopilot.sampler import Sampler, space
from common.autopilot.trials import Trial
from common.outcome import Metric
from tests.common.autopilot.slow_toy import Clock, SlowTask, search, tried
from tests.common.toy import ToySettings

BASE = ToySettings(epochs=10, width=8, lr=0.01)
PORTFOLIO = Portfolio(
    changes=({}, {"epochs": Times(2)}, {"width": 32}, {"lr": 1e-3}, {"loss": "l1"})
)
MAE = Metric("mae", "MAE", "{:.3f}")


def test_the_space_is_what_the_portfolio_changes():
    found = space(PORTFOLIO.candidates(BASE, "mae", {"width"}), BASE)
    assert set(found) == {"epochs", "lr", "loss"}
    assert (found["epochs"].low, found["epochs"].high) == (8, 25)
    assert found["lr"].low == pytest.approx(8e-4)
    assert found["lr"].high == pytest.approx(0.0125)
    assert found["loss"].choices == ("mse", "l1")


def test_draws_go_where_settings_did_well():
    """The error is the distance of the logarithm of lr from that of 0.003."""
    drawn = Sampler(PORTFOLIO, BASE, MAE, {"width", "loss", "epochs"})
    trials = []
    for number in range(40):
        changes = drawn.draw()
        lr = changes.get("lr", BASE.lr)
        trials.append(Trial(number, changes, 1.0, 1.0, figure=abs(lr / 0.003 - 1)))
        drawn.tell(trials)
    late = [t.figure for t in trials[20:]]
    assert min(late) < 0.1
    assert sum(late) < sum(t.figure for t in trials[:20])


def test_a_high_metric_is_climbed():
    drawn = Sampler(PORTFOLIO, BASE, Metric("iou", "IoU", "{}", best="high"), set())
    drawn.tell([Trial(1, {}, 1.0, 1.0, figure=0.2), Trial(2, {"lr": 1e-3}, 1.0, 1.0, figure=0.9)])
    assert drawn.study.best_params["lr"] == 1e-3


def test_a_trial_that_failed_is_told_as_such():
    drawn = Sampler(PORTFOLIO, BASE, MAE, set())
    drawn.tell([Trial(1, {}, 1.0, 1.0), Trial(2, {"width": 31}, 1.0, 1.0, figure=1.0)])
    states = [trial.state for trial in drawn.study.trials]
    assert states == [optuna.trial.TrialState.FAIL, optuna.trial.TrialState.COMPLETE]


def test_the_search_goes_on_by_draws_and_keeps_what_a_person_chose():
    lines, task = [], SlowTask(Clock())
    before = task.clock.now
    result = search(task, told={"width", "loss"}, lines=lines, minutes=1.2)
    assert task.clock.now - before <= 72
    assert any("told to Optuna" in line for line in lines)
    found = tried(result)
    assert not any("width" in changes for changes in found)
    assert any(changes.get("lr", 0.02) not in (0.02, 0.05) for changes in found)


def test_without_optuna_what_did_well_is_put_together(monkeypatch):
    monkeypatch.setattr(sampler, "there", lambda: False)
    lines = []
    result = search(SlowTask(Clock()), lines=lines, minutes=1.2)
    assert {"epochs": 8, "width": 8} in tried(result)
    assert not any("Optuna" in line for line in lines)
