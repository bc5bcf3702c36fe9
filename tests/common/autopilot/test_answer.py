"""What a search answers with: the mean of the best networks, or the best one alone."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch

from common.autopilot.portfolio import Portfolio
from common.errors import UserError
from common.pipeline import Pipeline
from common.runs import store
from common.runs.ensemble import MeanOfModels
from tests.common.autopilot.slow_toy import (
    SETTINGS,
    SOURCE,
    Clock,
    SlowTask,
    search,
    trials_of,
    tried,
)

pytestmark = pytest.mark.usefixtures("without_optuna")


class Settling(SlowTask):
    """Settles answers so that nothing is wrong any more."""

    settled = None

    def deciding(self, pipeline, train, valid, *, seconds=None, progress=False):
        self.settled = dataclasses.replace(pipeline)
        return self.settled

    def evaluate(self, pipeline, examples):
        metrics, artifacts = super().evaluate(pipeline, examples)
        return ({"mae": 0.0} if pipeline is self.settled else metrics), artifacts


def test_the_figure_of_the_answer_is_that_of_what_is_answered_in_the_end(tmp_path):
    """Before, a search by the cost of mistakes told that of networks that mark all they suspect."""
    lines = []
    result = search(Settling(Clock()), tmp_path / "run", lines=lines)
    assert result.facts["autopilot"]["valid"] == 0.0
    assert result.facts["autopilot"]["decided"]
    assert min(trial["valid"] for trial in trials_of(result)) > 0
    assert "answers settled on the validation part: MAE 0.000" in lines
    assert "judged before the rest was settled" in (tmp_path / "run" / "report.html").read_text()


class Remembering(SlowTask):
    """It can remember the validation part, by which its error becomes `error`."""

    error = 0.0

    def joined(self, pipeline, examples):
        self.remembered = examples
        return pipeline, {"mae": self.error}


def test_the_validation_part_is_remembered_when_all_is_chosen(tmp_path):
    task, lines = Remembering(Clock()), []
    result = search(task, tmp_path / "run", lines=lines)
    assert set(task.remembered.x) == set(result.prepared.valid.x)
    assert result.facts["autopilot"]["valid_remembered"] == 0.0
    assert "with the validation part remembered: MAE 0.000" in lines
    assert "judged without itself" in (tmp_path / "run" / "report.html").read_text()


def test_it_is_not_where_that_is_no_better(tmp_path):
    task = Remembering(Clock())
    task.error = 1e6
    result = search(task, tmp_path / "run")
    assert result.facts["autopilot"]["valid_remembered"] is None


def test_the_answer_is_the_mean_of_the_best_if_that_is_no_worse(tmp_path):
    task = SlowTask(Clock())
    result = search(task, tmp_path / "run")
    facts, pipeline = result.facts["autopilot"], result.pipelines["mse"]
    figures = {trial["number"]: trial["valid"] for trial in facts["trials"]}
    best = sorted(figures, key=figures.get)
    assert facts["answer"] == best[: len(facts["answer"])]
    assert facts["valid"] <= min(figures.values())
    members = pipeline.model.models if len(facts["answer"]) > 1 else [pipeline.model]
    valid = result.prepared.valid
    outputs = [
        Pipeline(pipeline.preprocessing, member, pipeline.settings, SOURCE)(valid).numpy()
        for member in members
    ]
    mean = np.mean(np.asarray(outputs, np.float64), axis=0)
    np.testing.assert_allclose(pipeline(valid).numpy(), mean, rtol=1e-6)
    assert facts["valid"] == pytest.approx(np.abs(mean - valid.y).mean())


class Opposed(SlowTask):
    """Its networks err by their width minus six: together they are right."""

    def __init__(self, *widths):
        super().__init__(Clock())
        self.portfolio = Portfolio(changes=tuple({"width": width} for width in widths))

    def model(self, preprocessing, settings):
        network = super().model(preprocessing, settings)
        forward = network.forward

        def shifted(x):
            y = 2 * x.squeeze(1) * float(preprocessing.scale[0]) + 1
            return y + settings.width - 6 + 1e-9 * forward(x)

        network.forward = shifted
        return network


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    task, run = Opposed(4, 5, 7, 8, 30), tmp_path_factory.mktemp("together") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.autopilot.sampler.there", lambda: False)
        patch.setattr("common.runs.equal_budget.usable_cores", lambda: 1)
        return task, search(task, run, settings=SETTINGS.changed({"width": 7})), run


def test_networks_that_err_in_opposite_ways_answer_together(together):
    _, result, _ = together
    facts = result.facts["autopilot"]
    # By size: of the five 4, 5, 7, 8 and 30 the mean errs by 4.8; of 4, 5, 7 and 8 by nothing.
    assert sorted(facts["answer"]) == [1, 2, 3, 4]
    assert facts["valid"] == pytest.approx(0, abs=1e-5)
    assert isinstance(result.pipelines["mse"].model, MeanOfModels)


def test_an_ensemble_is_loaded_as_it_was(together):
    task, result, run = together
    loaded = store.load(run, task)
    points = result.prepared.test
    torch.testing.assert_close(loaded(points), result.pipelines["mse"](points), rtol=0, atol=0)
    assert len(loaded.model.models) == 4
    config = json.loads((run / "config.json").read_text())
    assert sorted(member["width"] for member in config["ensemble"]) == [4, 5, 7, 8]


@pytest.mark.parametrize(
    "ensemble", [5, [3], [{"width": 10**9}], [{"loss": "hope"}], [{"width": 4}] * 1000, {"a": 1}]
)
def test_a_damaged_ensemble_is_refused_in_one_line(together, tmp_path, ensemble):
    task, _, run = together
    damaged = shutil.copytree(run, tmp_path / "run")
    config = json.loads((run / "config.json").read_text()) | {"ensemble": ensemble}
    (damaged / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match="damaged") as error:
        store.load(damaged, task)
    assert "\n" not in str(error.value)


def test_the_mean_is_left_where_the_best_alone_is_better():
    result = search(Opposed(6, 9, 20, 30), settings=SETTINGS.changed({"width": 7}))
    facts = result.facts["autopilot"]
    assert facts["answer"] == [1]
    assert facts["valid"] == pytest.approx(0, abs=1e-5)


def test_a_domain_whose_outputs_cannot_be_averaged_answers_with_one():
    task = SlowTask(Clock())
    task.portfolio = Portfolio(changes=SlowTask.portfolio.changes, averages=False)
    result = search(task)
    assert len(result.facts["autopilot"]["answer"]) == 1
    assert not isinstance(result.pipelines["mse"].model, MeanOfModels)
    assert any("is not averaged" in section.caption for section in result.sections)


def test_no_more_than_five_networks_are_kept(tmp_path, monkeypatch):
    from common.autopilot.trials import Record

    kept, write = [], Record.write

    def counting(record, trials, seconds):
        write(record, trials, seconds)
        files = list(record.folder.glob("trial-*.safetensors"))
        kept.append((sum(trial.model is not None for trial in trials), len(files)))

    monkeypatch.setattr(Record, "write", counting)
    result = search(SlowTask(Clock()), tmp_path / "run")
    assert len(tried(result)) > 6
    assert max(kept) == (5, 5)
    assert kept[-1] == (5, 5)
