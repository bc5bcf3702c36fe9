"""A run is examined on its own test part unless something else is named, and says on what."""

import numpy as np
import pytest

from common.errors import UserError
from common.runs import experiment, inference
from common.runs.trained_on import hashes_of
from tests.common.toy import ToyPredict, ToySettings, ToySource, ToyTask


def trained(folder, *, source=None, **changes):
    settings = ToySettings(device="cpu", **changes)
    return experiment.train(ToyTask(), source or ToySource(), settings, folder, progress=False)


def test_a_run_without_a_source_is_examined_on_its_own_test_part(tmp_path):
    result = trained(tmp_path / "x", seed=3)
    said = []
    for source in (None, ToySource()):
        found = inference.evaluate(ToyTask(), tmp_path / "x", source, say=said.append)
        assert (found.part, found.examples) == ("test", 20)
        assert found.outcome.metrics == result.outcomes[0].metrics
    assert said[0] == "points drawn by hand"
    assert said[1] == "figures of the test part of the run's own data: 20 examples"


def test_a_run_without_a_test_part_is_examined_on_validation_and_says_so(tmp_path):
    result = trained(tmp_path / "x", shares="80/20")
    said = []
    found = inference.evaluate(ToyTask(), tmp_path / "x", say=said.append)
    assert found.part == "valid"
    assert found.outcome.metrics == result.outcomes[0].metrics
    assert "there was no test part" in said[-1]


def test_a_named_source_is_examined_whole(tmp_path):
    trained(tmp_path / "x")
    np.savetxt(tmp_path / "points.txt", np.ones((7, 2)))
    source = ToySource(file=str(tmp_path / "points.txt"))
    found = inference.evaluate(ToyTask(), tmp_path / "x", source)
    assert (found.part, found.examples) == ("given", 7)


def test_data_that_changed_is_not_called_the_runs_own(tmp_path):
    points = tmp_path / "points.txt"
    np.savetxt(points, np.random.default_rng(0).normal(size=(50, 2)))
    trained(tmp_path / "x", source=ToySource(file=str(points)))
    np.savetxt(points, np.random.default_rng(0).normal(size=(51, 2)))
    with pytest.raises(UserError, match="51 examples, expected 50"):
        inference.evaluate(ToyTask(), tmp_path / "x")


def test_examples_handed_over_in_python_cannot_be_read_again(tmp_path):
    task = ToyTask()
    experiment.train(
        task,
        ToySource(),
        ToySettings(device="cpu"),
        tmp_path / "x",
        examples=task.load(ToySource()),
        progress=False,
    )
    with pytest.raises(UserError, match="handed over in Python.*name a file"):
        inference.evaluate(ToyTask(), tmp_path / "x")


def test_predictions_take_the_domains_own_options(tmp_path):
    trained(tmp_path / "x")
    np.savetxt(tmp_path / "points.txt", np.ones((7, 2)))
    words = (ToyTask(), tmp_path / "x", tmp_path / "points.txt", tmp_path / "out.txt")
    inference.predict(*words, options=ToyPredict(digits=1))
    assert {len(line) for line in (tmp_path / "out.txt").read_text().split()} <= {3, 4}
    assert inference.predict(*words).startswith("7 answers")


def test_examples_that_were_trained_on_are_counted(tmp_path):
    class Telling(ToyTask):
        def hashes(self, pipeline, examples):
            return hashes_of(row.tobytes() for row in np.stack([examples.x, examples.y], 1))

    settings = ToySettings(device="cpu")
    result = experiment.train(Telling(), ToySource(), settings, tmp_path / "x", progress=False)
    train, test = result.prepared.train, result.prepared.test
    points = np.concatenate([np.stack([p.x, p.y], 1) for p in (train[np.arange(5)], test)])
    np.savetxt(tmp_path / "points.txt", points, fmt="%.17g")
    source, said = ToySource(file=str(tmp_path / "points.txt")), []
    found = inference.evaluate(Telling(), tmp_path / "x", source, say=said.append)
    assert found.trained_on == 5
    assert said[-1] == f"5 of {5 + len(test)} examples were trained on; the figures are optimistic"
    (tmp_path / "x" / "trained_on.safetensors").write_bytes(b"damaged")
    with pytest.raises(UserError, match="trained_on.safetensors: not a safetensors file"):
        inference.evaluate(Telling(), tmp_path / "x", source)


def test_a_domain_that_tells_no_examples_apart_is_examined_all_the_same(tmp_path):
    trained(tmp_path / "x")
    assert not (tmp_path / "x" / "trained_on.safetensors").exists()
    np.savetxt(tmp_path / "points.txt", np.ones((7, 2)))
    source = ToySource(file=str(tmp_path / "points.txt"))
    assert inference.evaluate(ToyTask(), tmp_path / "x", source).trained_on == 0
