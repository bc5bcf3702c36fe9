"""A training that begins from another run: its weights, its preparation, what it has seen."""

import dataclasses
import json
import re

import numpy as np
import pytest
import torch

from common import api, cli
from common.domain import Domain
from common.errors import UserError
from common.pipeline import Pipeline
from common.runs import drafts, experiment, fine_tuning, inference, learning, lr_finder, store
from common.runs import trained_on as seen
from common.runs.trained_on import hashes_of
from common.translation import translator
from tests.common.toy import Points, ToySettings, ToySource, ToyTask

SETTINGS = ToySettings(epochs=40, lr=0.1, batch_size=20, width=16, device="cpu")


class HashedTask(ToyTask):
    """A toy whose examples are known again."""

    def hashes(self, pipeline, examples):
        return hashes_of(x.tobytes() for x in examples.x)


TASK = HashedTask()
DOMAIN = Domain("toy", "A line.", __name__, ToySource, ToySettings, ("mse",))


def points(path, x, y):
    np.savetxt(path, np.stack([x, y]).T)
    return str(path)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "first"
    experiment.train(TASK, ToySource(), SETTINGS, out, progress=False)
    return out


@pytest.fixture
def other(tmp_path):
    """Thirty points of a line that is a little another."""
    x = np.linspace(-2.9, 2.9, 30)
    return points(tmp_path / "other.txt", x, 2.2 * x + 1.1)


def told(words, capsys):
    code = cli.main(DOMAIN, ["train", *map(str, words), "--lang", "en"])
    return code, capsys.readouterr().err


def test_the_network_begins_as_the_run_ended(run):
    start = fine_tuning.begin_from(TASK, run)
    still = dataclasses.replace(start.settings, lr=1e-12, epochs=1, device="cpu")
    result = experiment.train(
        TASK, start.source_for(TASK, ToySource()), still, None, start=start, progress=False
    )
    rows = (run / "history.csv").read_text().splitlines()
    at = rows[0].split(",").index("valid_loss")
    best = min(float(row.split(",")[at]) for row in rows[1:])
    assert result.outcomes[0].history.rows[0]["valid_loss"] == pytest.approx(best, rel=1e-5)
    loaded = store.load(run, TASK)
    prepared = result.prepared
    begun = Pipeline(
        prepared.preprocessing, learning.new_model(TASK, prepared, still).eval(), still, None
    )
    assert torch.equal(begun(prepared.valid), loaded(prepared.valid))


def test_the_preparation_is_handed_on_and_not_fitted_anew(run, other, tmp_path):
    start = fine_tuning.begin_from(TASK, run)
    short = dataclasses.replace(start.settings, epochs=1, device="cpu")
    experiment.train(
        TASK, ToySource(file=other), short, tmp_path / "tuned", start=start, progress=False
    )
    first, second = (store.load(folder, TASK).preprocessing for folder in (run, tmp_path / "tuned"))
    assert (second.scale, second.seen) == (first.scale, first.seen)
    config = json.loads((tmp_path / "tuned" / "config.json").read_text())
    assert config["start"] == str(run)
    assert "begins from" in (tmp_path / "tuned" / "report.html").read_text()


def test_a_little_fine_tuning_beats_a_training_from_nothing_on_few_examples(run, other):
    errors = []
    for begun in (None, run):
        found = [
            api.fit(
                TASK,
                other,
                start=begun,
                epochs=10,
                lr=0.01,
                seed=seed,
                width=16,
                batch_size=20,
                device="cpu",
                shares="40/20/40",
                progress=False,
            ).metrics["mae"]
            for seed in range(3)
        ]
        errors.append(np.mean(found))
    assert errors[1] < 0.5 * errors[0]


def test_what_is_not_said_comes_from_the_run_but_for_machine_and_day(tmp_path):
    wishes = ToySettings(epochs=1, lr=0.03, seed=5, device="cpu", minutes=9, loss="l1", threads=1)
    experiment.train(TASK, ToySource(), wishes, tmp_path / "one", progress=False)
    settings = fine_tuning.begin_from(TASK, tmp_path / "one").settings
    assert (settings.lr, settings.seed, settings.loss) == (0.03, 5, "l1")
    assert (settings.device, settings.minutes, settings.threads) == ("auto", None, None)
    told = api.fit(
        TASK, start=tmp_path / "one", settings=ToySettings(lr=0.01), seed=0, device="cpu",
        progress=False,
    ).pipeline.settings  # fmt: skip
    assert (told.lr, told.seed, told.loss, told.epochs) == (0.01, 0, "l1", 1)


def test_examples_that_the_run_has_seen_are_counted_where_they_examine(run, tmp_path):
    start = fine_tuning.begin_from(TASK, run)
    assert len(start.trained_on) == 140
    same = dataclasses.replace(start.settings, epochs=1, device="cpu")
    tuned = experiment.train(TASK, ToySource(), same, tmp_path / "a", start=start, progress=False)
    assert not [note for note in tuned.prepared.notes if "trained on by" in note]
    mixed = dataclasses.replace(same, seed=1)
    tuned = experiment.train(TASK, ToySource(), mixed, tmp_path / "b", start=start, progress=False)
    for part, examples in (("validation", tuned.prepared.valid), ("test", tuned.prepared.test)):
        known = int(np.isin(TASK.hashes(None, examples), start.trained_on).sum())
        assert known
        assert (
            f"{known} of {len(examples)} examples for {part} were trained on by {run}; the figures "
            "are optimistic" in tuned.prepared.notes
        )
    both = np.union1d(start.trained_on, TASK.hashes(None, tuned.prepared.train))
    np.testing.assert_array_equal(seen.read(tmp_path / "b"), both)


def test_one_that_was_killed_goes_on_without_the_run_it_began_from(run, tmp_path, monkeypatch):
    first = tmp_path / "first"
    experiment.train(TASK, ToySource(), SETTINGS, first, progress=False)
    start = fine_tuning.begin_from(TASK, first)
    settings = dataclasses.replace(start.settings, epochs=4, device="cpu")
    whole = experiment.train(
        TASK, ToySource(), settings, tmp_path / "whole", start=start, progress=False
    )
    fit = learning.Trainer.fit

    def killed(self, *arguments, **options):
        self.interrupted = fit(self, *arguments, **options)
        raise KeyboardInterrupt

    short = dataclasses.replace(settings, epochs=4)
    with monkeypatch.context() as patched:
        patched.setattr(learning.Trainer, "fit", killed)
        with pytest.raises(KeyboardInterrupt):
            experiment.train(
                TASK, ToySource(), short, tmp_path / "again", start=start, progress=False
            )
    assert (drafts.unfinished(tmp_path / "again") / drafts.CHECKPOINT).exists()
    for path in first.iterdir():
        path.unlink()
    again = experiment.resume(TASK, tmp_path / "again", progress=False)
    assert again.prepared.start.run == str(first)
    for name in ("model", "trained_on"):
        file = f"{name}.safetensors"
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()
    assert again.outcomes[0].metrics == whole.outcomes[0].metrics
    assert inference.evaluate(TASK, tmp_path / "again").outcome.metrics == whole.outcomes[0].metrics


def test_the_rate_is_found_for_the_weights_that_are_begun_from(run, tmp_path):
    start = fine_tuning.begin_from(TASK, run)
    how = {"settings": dataclasses.replace(start.settings, device="cpu"), "out": tmp_path / "lr"}
    begun = lr_finder.find(TASK, ToySource(), start=start, **how)
    fresh = lr_finder.find(TASK, ToySource(), **how)
    assert begun.losses[0] < 0.2 * fresh.losses[0]


def test_the_command_says_what_it_cannot_do_in_one_line(run, other, tmp_path, capsys):
    assert told(["--start", run, "--width", "8"], capsys) == (
        2,
        f"error: --width 8: {run} has a network with --width 16, and its weights fit no other; "
        "leave it out\n",
    )
    assert told(["--start", tmp_path / "none"], capsys)[1].endswith("none: no such run\n")
    assert told(["--resume", run, "--start", run], capsys)[1].endswith("leave out --start\n")
    damaged = tmp_path / "damaged"
    short = ToySettings(epochs=1, device="cpu")
    experiment.train(TASK, ToySource(), short, damaged, progress=False)
    (damaged / "model.safetensors").write_bytes(b"nothing")
    code, said = told(["--start", damaged], capsys)
    assert code == 2
    assert said.count("\n") == 1
    assert "damaged" in said
    config = json.loads((damaged / "config.json").read_text())
    (damaged / "config.json").write_text(json.dumps({**config, "task": "flats"}))
    assert "a run of 'flats', expected 'toy'" in told(["--start", damaged], capsys)[1]
    members = [config["settings"], config["settings"]]
    (damaged / "config.json").write_text(json.dumps({**config, "ensemble": members}))
    assert "the mean of 2 networks" in told(["--start", damaged], capsys)[1]
    (damaged / "config.json").write_text(json.dumps({**config, "in_memory": True}))
    cli.main(DOMAIN, ["train", "--start", str(run), other, "--out", str(tmp_path / "ok")])
    assert (tmp_path / "ok" / "model.safetensors").exists()


def test_the_same_is_said_in_russian(run, tmp_path):
    russian = translator("ru", "toy")
    configs = [None, "{}", '{"format": 5, "task": "toy"}', '{"format": 4}', '{"format": 5}']
    for number, found in enumerate(configs):
        folder = tmp_path / str(number)
        if found is not None:
            folder.mkdir()
            (folder / "config.json").write_text(found)
        with pytest.raises(UserError) as caught:
            fine_tuning.begin_from(TASK, folder)
        assert re.search("прогон|повреждён", russian(str(caught.value))), str(caught.value)
    start = fine_tuning.begin_from(TASK, run)
    for note in start.notes(TASK, {"validation": Points(np.linspace(-3, 3, 200), None)}):
        assert re.search("дообучение от|валидационная выборка: примеров: 200", russian(note))


def test_a_run_of_data_in_memory_needs_data_to_go_on_with(tmp_path):
    x = np.linspace(-3, 3, 60)
    settings = ToySettings(epochs=1, device="cpu")
    held = Points(x, 2 * x)
    experiment.train(TASK, ToySource(), settings, tmp_path / "held", examples=held, progress=False)
    with pytest.raises(UserError, match="was handed over in Python and is not kept"):
        api.fit(TASK, start=tmp_path / "held", progress=False)


def test_ranks_that_begin_from_other_weights_are_told_apart(run):
    start = fine_tuning.begin_from(TASK, run)
    digests = []
    for begun in (start, dataclasses.replace(start, pipeline=moved(start.pipeline))):
        examples = TASK.load(ToySource())
        digests.append(
            experiment.prepare(TASK, examples, ToySource(), SETTINGS, start=begun).digest()
        )
    assert digests[0] != digests[1]


def moved(pipeline):
    model = ToyTask().model(pipeline.preprocessing, pipeline.settings)
    return dataclasses.replace(pipeline, model=model)
