import numpy as np
import pytest
import torch

from common import experiment, runs
from common.errors import UserError
from tests.common.toy import ToySettings, ToySource, ToyTask

SETTINGS = ToySettings(device="cpu")


def test_preparation_is_fitted_on_the_training_part_alone():
    task = ToyTask()
    examples = task.load(ToySource())
    prepared = experiment.prepare(task, examples, ToySource(), SETTINGS)
    assert prepared.preprocessing.scale == pytest.approx(prepared.train.x.std())
    assert prepared.preprocessing.seen == 140
    together = np.concatenate([prepared.train.x, prepared.valid.x, prepared.test.x])
    np.testing.assert_array_equal(np.sort(together), np.sort(examples.x))


def test_the_test_part_is_touched_once_for_each_network(tmp_path):
    task = ToyTask()
    experiment.train(
        task, ToySource(), SETTINGS, tmp_path / "demo", losses=["mse", "l1"], progress=False
    )
    assert task.examined == 2


def test_every_loss_starts_from_the_same_weights(monkeypatch):
    task, first = ToyTask(), []
    monkeypatch.setattr(
        experiment.Trainer,
        "fit",
        lambda self, *_, **__: first.append(
            torch.cat([p.flatten() for p in self.model.parameters()])
        ),
    )
    prepared = experiment.prepare(task, task.load(ToySource()), ToySource(), SETTINGS)
    for loss in ("mse", "l1"):
        experiment.learn(task, prepared, ToySettings(loss=loss, device="cpu"))
    assert torch.equal(*first)


def test_same_settings_give_the_same_run(tmp_path):
    for name in ("a", "b"):
        experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / name, progress=False)
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("a", "b")]
    assert weights[0] == weights[1]


def test_training_leaves_the_callers_random_numbers_alone(tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "line", progress=False)
    assert torch.equal(torch.rand(3), expected)


def test_without_a_test_part_figures_are_called_those_of_validation(tmp_path):
    settings = ToySettings(shares="80/20", device="cpu")
    result = experiment.train(ToyTask(), ToySource(), settings, tmp_path / "x", progress=False)
    metrics = runs.read_json(tmp_path / "x" / "metrics.json")
    assert result.part == "valid"
    assert "test" not in metrics
    assert metrics["valid"]["mae"] > 0


def test_the_demo_writes_every_loss(tmp_path):
    experiment.train(
        ToyTask(), ToySource(), SETTINGS, tmp_path / "d", losses=["mse", "l1"], progress=False
    )
    metrics = runs.read_json(tmp_path / "d" / "metrics.json")
    assert set(metrics["losses"]) == {"mse", "l1"}
    assert metrics["losses"]["l1"]["test"]["mae"] > 0
    assert metrics["references"]["median"]["test"]["mae"] > 0


def test_an_unknown_loss_is_named_before_anything_is_written(tmp_path):
    with pytest.raises(UserError, match="unknown loss 'msee'; did you mean 'mse'"):
        experiment.train(
            ToyTask(), ToySource(), ToySettings(loss="msee"), tmp_path / "x", progress=False
        )
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_resume_is_said(tmp_path):
    with pytest.raises(UserError, match="never begun"):
        experiment.resume(ToyTask(), tmp_path / "x")
    experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "x", progress=False)
    with pytest.raises(UserError, match="is complete"):
        experiment.resume(ToyTask(), tmp_path / "x")


def test_a_training_that_broke_off_goes_on_to_the_same_weights(tmp_path, monkeypatch):
    experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "whole", progress=False)

    real, epochs = experiment.Trainer._finish_epoch, []

    def dies_after_two(self):
        real(self)
        self._save()
        epochs.append(1)
        if len(epochs) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(experiment.Trainer, "_finish_epoch", dies_after_two)
    with pytest.raises(KeyboardInterrupt):
        experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "x", progress=False)
    monkeypatch.undo()
    assert not (tmp_path / "x").exists()

    experiment.resume(ToyTask(), tmp_path / "x", progress=False)
    weights = [(tmp_path / n / "model.safetensors").read_bytes() for n in ("whole", "x")]
    assert weights[0] == weights[1]
    assert not runs.unfinished(tmp_path / "x").exists()


def test_other_data_is_not_resumed(tmp_path):
    points = tmp_path / "points.txt"
    np.savetxt(points, np.random.default_rng(0).normal(size=(50, 2)))
    source = ToySource(file=str(points))
    config = {"task": "toy", "source": source.to_dict(), "settings": SETTINGS.to_dict()}
    with (
        pytest.raises(KeyboardInterrupt),
        runs.draft(tmp_path / "x", config | {"examples": 51}) as x,
    ):
        (x / runs.CHECKPOINT).touch()
        raise KeyboardInterrupt
    with pytest.raises(UserError, match="the data has changed"):
        experiment.resume(ToyTask(), tmp_path / "x", progress=False)
