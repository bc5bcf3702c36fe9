"""What is tried: the default first, nothing twice, nothing that the preparation depends on."""

import importlib

import pytest

from common.autopilot.portfolio import Portfolio, Times, changed, combinations, in_words, settle
from common.discovery import domains
from common.domain import load_domain
from common.errors import UserError
from common.loss_registry import names_in
from tests.common.toy import ToySettings

BASE = ToySettings(epochs=10)


def task_of(domain):
    return importlib.import_module(load_domain(domain).task).TASK


def settings_of(task):
    """Return settings as they are once the data is known; by rows only prices are."""
    base = task.settings()
    return base.with_schedule(2_000) if hasattr(base, "with_schedule") else base


def test_times_is_of_the_default_and_what_changes_nothing_is_left_out():
    found = settle({"epochs": Times(1.5), "lr": Times(0.5), "width": 4}, BASE)
    assert found == {"epochs": 15, "lr": 5e-4}
    assert settle({"epochs": Times(0.01)}, BASE) == {"epochs": 1}


def test_candidates_are_without_repetitions():
    portfolio = Portfolio(changes=({}, {"width": 8, "epochs": 3}, {"width": 8}, {"lr": 1e-3}))
    assert portfolio.candidates(BASE, "mae", {"epochs"}) == [{}, {"width": 8}]


def test_a_loss_that_does_not_serve_the_metric_is_not_tried():
    portfolio = Portfolio(
        changes=({}, {"loss": "l1 + 0.5*mse"}, {"loss": "l1"}), losses={"mae": ("l1",)}
    )
    assert portfolio.candidates(BASE, "mae", set()) == [{}, {"loss": "l1"}]
    assert len(portfolio.candidates(BASE, "rmse", set())) == 3


def test_the_loss_follows_the_metric_unless_a_person_chose_it():
    portfolio = Portfolio(losses={"mae": ("l1", "huber"), "rmse": ("mse",)})
    assert portfolio.loss_for("mae", BASE, told=False) == "l1"
    assert portfolio.loss_for("rmse", BASE, told=True) == "mse"
    assert portfolio.loss_for("other", BASE, told=True) == "mse"
    with pytest.raises(UserError, match="take l1 or huber, or judge by --metric rmse"):
        portfolio.loss_for("mae", BASE, told=True)


def test_combinations_are_new_and_the_better_one_has_the_say():
    ranked = [{"lr": 1, "width": 2}, {"lr": 3}, {"epochs": 4}]
    found = [both for both, *_ in combinations(ranked, [*ranked, {"lr": 3, "epochs": 4}])]
    assert found == [{"lr": 1, "width": 2, "epochs": 4}]


def test_changes_are_told_as_options_are_spelled():
    assert in_words({"batch_size": 32, "lr": 2e-3}) == "batch-size 32, lr 0.002"


@pytest.mark.parametrize("domain", domains())
class TestPortfolioOfADomain:
    def test_it_holds_eight_to_twelve_and_the_default_first(self, domain):
        task = task_of(domain)
        base = settings_of(task)
        metric = task.portfolio.metric
        assert metric in {m.key for m in task.metrics}
        found = task.portfolio.candidates(base, metric, set())
        assert found[0] == {}
        assert 8 <= len(found) <= 12
        assert len(found) == len(task.portfolio.changes)

    def test_its_settings_and_losses_exist(self, domain):
        task = task_of(domain)
        base = settings_of(task)
        for changes in task.portfolio.candidates(base, task.portfolio.metric, set()):
            assert changed(base, changes).loss in task.losses
        for metric, losses in task.portfolio.losses.items():
            assert metric in {m.key for m in task.metrics}
            assert set(losses) <= set(task.losses)
        serving = task.portfolio.losses.get(task.portfolio.metric, task.losses)
        assert set(names_in(base.loss)) <= set(serving)

    def test_the_preparation_does_not_depend_on_what_is_changed(self, domain):
        task = task_of(domain)
        base, source = settings_of(task), task.source()
        usual = vars(task.prepare(source, base))
        for changes in task.portfolio.candidates(base, task.portfolio.metric, set()):
            prepared = vars(task.prepare(source, changed(base, changes)))
            assert sorted(prepared) == sorted(usual)
            simple = {k: v for k, v in prepared.items() if isinstance(v, (int, float, str))}
            assert simple.items() <= usual.items(), changes
