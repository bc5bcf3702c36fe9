import copy
import dataclasses
import shutil
import weakref

import numpy as np
import pytest
import torch

from common.errors import UserError
from common.outcome import Outcome
from common.pipeline import Pipeline
from common.report.section import Section
from common.runs import drafts, experiment, learning, results, store
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
    result = experiment.train(
        task, ToySource(), SETTINGS, tmp_path / "demo", losses=["mse", "l1"], progress=False
    )
    test = set(result.prepared.test.x)
    touching = [examples for examples in task.examined if test & set(examples.x)]
    assert [set(examples.x) for examples in touching] == [test, test]


def test_a_loss_that_costs_less_trains_more_epochs_beside_others(tmp_path):
    task = ToyTask()
    task.paces = {"l1": 1.5}
    said = []
    result = experiment.train(
        task,
        ToySource(),
        dataclasses.replace(SETTINGS, epochs=4, loss="l1"),
        tmp_path / "demo",
        losses=["mse", "l1"],
        say=said.append,
        progress=False,
    )
    line = "epochs, so that each loss has about the same seconds: mse 4, l1 6"
    assert line in said
    assert line in result.prepared.notes
    assert [len(o.history.rows) for o in result.outcomes if o.history] == [4, 6]
    assert store.load(tmp_path / "demo", task).settings.epochs == 6
    alone = experiment.train(task, ToySource(), SETTINGS, None, losses=["l1"], progress=False)
    assert len(alone.outcomes[0].history.rows) == SETTINGS.epochs
    assert not any("same seconds" in note for note in alone.prepared.notes)


def test_a_curve_may_look_at_the_validation_examples():
    def error_right_of_zero(prediction, target, examples):
        right = torch.from_numpy(examples.x > 0)
        return (prediction - target).abs()[right].mean()

    task = ToyTask()
    task.curves = {**ToyTask.curves, "right": error_right_of_zero}
    prepared = experiment.prepare(task, task.load(ToySource()), ToySource(), SETTINGS)
    model, history = learning.learn(task, prepared, SETTINGS, progress=False)
    expected = error_right_of_zero(
        Pipeline(prepared.preprocessing, model, SETTINGS, None)(prepared.valid),
        torch.from_numpy(prepared.valid.y),
        prepared.valid,
    )
    best = history.rows[history.best_epoch - 1]
    assert best["right"] == pytest.approx(float(expected), rel=1e-5)


def test_what_a_gap_leaves_out_is_said():
    task = ToyTask()
    points = task.load(ToySource())
    points.split_by.update(times=np.arange(200), gap=10)
    prepared = experiment.prepare(task, points, ToySource(), SETTINGS)
    assert "left out: 18 examples lie in the gaps of 10" in prepared.notes


def test_every_loss_starts_from_the_same_weights(monkeypatch):
    task, first = ToyTask(), []
    monkeypatch.setattr(
        learning.Trainer,
        "fit",
        lambda self, *_, **__: first.append(
            torch.cat([p.flatten() for p in self.model.parameters()])
        ),
    )
    prepared = experiment.prepare(task, task.load(ToySource()), ToySource(), SETTINGS)
    for loss in ("mse", "l1"):
        learning.learn(task, prepared, ToySettings(loss=loss, device="cpu"))
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
    metrics = store.read_json(tmp_path / "x" / "metrics.json")
    assert result.part == "valid"
    assert "test" not in metrics
    assert metrics["valid"]["mae"] > 0


def test_the_demo_writes_every_loss(tmp_path):
    experiment.train(
        ToyTask(), ToySource(), SETTINGS, tmp_path / "d", losses=["mse", "l1"], progress=False
    )
    metrics = store.read_json(tmp_path / "d" / "metrics.json")
    assert set(metrics["losses"]) == {"mse", "l1"}
    assert metrics["losses"]["l1"]["test"]["mae"] > 0
    assert metrics["baselines"]["median"]["test"]["mae"] > 0


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


def broken_off(folder, monkeypatch):
    """Train, and die when two epochs are done."""
    real = learning.Trainer._train_epoch

    def dies_after_two(self, run):
        if run.history.position.epoch == 2:
            run.save_if_due(float("inf"))
            raise KeyboardInterrupt
        real(self, run)

    monkeypatch.setattr(learning.Trainer, "_train_epoch", dies_after_two)
    with pytest.raises(KeyboardInterrupt):
        experiment.train(ToyTask(), ToySource(), SETTINGS, folder, progress=False)
    monkeypatch.undo()


def test_a_training_that_broke_off_goes_on_to_the_same_weights(tmp_path, monkeypatch):
    experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "whole", progress=False)
    broken_off(tmp_path / "x", monkeypatch)
    assert not (tmp_path / "x").exists()

    experiment.resume(ToyTask(), tmp_path / "x", progress=False)
    weights = [(tmp_path / n / "model.safetensors").read_bytes() for n in ("whole", "x")]
    assert weights[0] == weights[1]
    assert not drafts.unfinished(tmp_path / "x").exists()


def test_the_seconds_of_a_resumed_training_are_those_of_all_its_epochs(tmp_path, monkeypatch):
    broken_off(tmp_path / "x", monkeypatch)
    result = experiment.resume(ToyTask(), tmp_path / "x", progress=False)
    seconds = result.outcomes[0].history.column("seconds")
    assert len(seconds) == 3
    assert store.read_json(tmp_path / "x" / "metrics.json")["seconds"] == sum(seconds)


def test_a_loss_that_is_gone_is_named_on_resume(tmp_path, monkeypatch):
    broken_off(tmp_path / "x", monkeypatch)
    monkeypatch.setattr(ToyTask, "losses", {"l1": ToyTask.losses["l1"]})
    with pytest.raises(UserError, match="unknown loss 'mse'") as error:
        experiment.resume(ToyTask(), tmp_path / "x", progress=False)
    assert "\n" not in str(error.value)
    assert drafts.unfinished(tmp_path / "x").exists()


def test_a_demo_that_was_killed_is_not_resumed_as_a_training(tmp_path, monkeypatch):
    def killed(*_):
        shutil.copytree(drafts.unfinished(tmp_path / "d"), tmp_path / "as it was")
        raise KeyboardInterrupt

    monkeypatch.setattr(ToyTask, "baselines", killed)
    with pytest.raises(KeyboardInterrupt):
        experiment.train(
            ToyTask(), ToySource(), SETTINGS, tmp_path / "d", losses=["mse", "l1"], progress=False
        )
    (tmp_path / "as it was").rename(drafts.unfinished(tmp_path / "d"))
    with pytest.raises(UserError, match="nothing to resume, no checkpoint"):
        experiment.resume(ToyTask(), tmp_path / "d", progress=False)


def test_a_place_that_cannot_be_had_is_said_before_the_data_is_read(tmp_path):
    (tmp_path / "thesis.txt").touch()
    task = ToyTask()
    task.load = None
    with pytest.raises(UserError, match="thesis"):
        experiment.train(task, ToySource(), SETTINGS, tmp_path, progress=False)


def test_a_run_that_is_to_be_replaced_is_named_before_the_data_is_read(tmp_path):
    class Stopping(ToyTask):
        def load(self, source):
            raise ZeroDivisionError

    lines = []
    experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "a", say=lines.append)
    assert not [line for line in lines if "replaced" in line]
    lines.clear()
    with pytest.raises(ZeroDivisionError):
        experiment.train(Stopping(), ToySource(), SETTINGS, tmp_path / "a", say=lines.append)
    where = f"{tmp_path / 'a'}: the run that is there will be replaced when this one is complete"
    assert lines == [where]
    assert (tmp_path / "a" / "config.json").is_file()


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results, "write_page", lambda *_, **__: full())
    with pytest.raises(UserError, match="No space left on device"):
        experiment.train(ToyTask(), ToySource(), SETTINGS, tmp_path / "x", progress=False)
    assert (drafts.unfinished(tmp_path / "x") / drafts.CHECKPOINT).exists()


def test_the_whole_of_the_examples_is_let_go_before_training():
    class Frugal(ToyTask):
        def load(self, source):
            examples = super().load(source)
            self.whole = weakref.ref(examples)
            return examples

        def model(self, preprocessing, settings):
            assert self.whole() is None
            return super().model(preprocessing, settings)

    experiment.train(Frugal(), ToySource(), SETTINGS, None, progress=False)


def test_other_data_is_not_resumed(tmp_path):
    points = tmp_path / "points.txt"
    np.savetxt(points, np.random.default_rng(0).normal(size=(50, 2)))
    source = ToySource(file=str(points))
    config = {"task": "toy", "source": source.to_dict(), "settings": SETTINGS.to_dict()}
    with (
        pytest.raises(KeyboardInterrupt),
        drafts.draft(tmp_path / "x", config | {"examples": 51}) as x,
    ):
        (x / drafts.CHECKPOINT).touch()
        raise KeyboardInterrupt
    with pytest.raises(UserError, match="the data has changed"):
        experiment.resume(ToyTask(), tmp_path / "x", progress=False)


def trained(folder, task=None, *, source=None, **changes):
    settings = ToySettings(device="cpu", **changes)
    return experiment.train(
        task or ToyTask(), source or ToySource(), settings, folder, progress=False
    )


def test_a_loss_may_look_at_what_the_preprocessing_found(monkeypatch):
    seen = []

    def loss(settings, preprocessing):
        seen.append((settings.loss, preprocessing.seen))
        return torch.nn.MSELoss()

    monkeypatch.setattr(ToyTask, "losses", {"mse": loss})
    trained(None)
    assert set(seen) == {("mse", 140)}


def test_a_reference_may_be_a_network_that_decides_otherwise():
    class Halved(ToyTask):
        def baselines(self, train, test, settings, pipelines):
            error = np.abs(pipelines["mse"](test).numpy() / 2 - test.y).mean()
            return [Outcome("half", {"mae": float(error)})]

    result = trained(None, Halved())
    assert [outcome.name for outcome in result.outcomes] == ["mse", "half"]


@pytest.mark.parametrize("losses", [["mse"], ["mse", "l1"]])
def test_what_is_settled_after_training_may_be_weights(losses):
    class Silenced(ToyTask):
        def deciding(self, pipeline, train, valid, **_):
            model = copy.deepcopy(pipeline.model)
            for weight in model.parameters():
                weight.data.zero_()
            return dataclasses.replace(pipeline, model=model)

    result = experiment.train(
        Silenced(), ToySource(), SETTINGS, None, losses=losses, progress=False
    )
    for pipeline in result.pipelines.values():
        assert not any(weight.any() for weight in pipeline.model.parameters())


def test_a_task_may_ask_more_of_the_trainer(tmp_path):
    class Patient(ToyTask):
        def training(self, settings):
            return {"monitor": "mae", "accumulate": 2}

    result = trained(None, Patient(), epochs=4, batch_size=16)
    history = result.outcomes[0].history
    assert history.best_epoch == 1 + int(np.argmin(history.column("mae")))
    plain = trained(None, epochs=4, batch_size=16).outcomes[0].history
    assert plain.column("valid_loss") != history.column("valid_loss")


def test_a_task_may_add_files_to_a_run(tmp_path):
    class Loud(ToyTask):
        def extras(self, folder, pipelines, test):
            (folder / "line.wav").write_bytes(b"RIFF" + bytes(len(test)))
            assert set(pipelines) == {"mse"}
            return [Section("A sound", "Of a line.", sounds=[("hum", b"RIFF")])]

    for _ in range(2):  # the second replaces the first: what a task adds is part of a run
        trained(tmp_path / "x", Loud())
        assert (tmp_path / "x" / "extras" / "line.wav").stat().st_size == 24
    assert "<audio" in (tmp_path / "x" / "report.html").read_text(encoding="utf-8")
