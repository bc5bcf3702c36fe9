"""The networks that answer are trained once more, on both parts, if the time is enough."""

import dataclasses
import functools
import json

import numpy as np
import pytest
import torch

from common.autopilot.portfolio import Portfolio
from common.predictor import Predictor
from common.runs import experiment, store, trained_on
from common.runs.learning import learn
from common.runs.trained_on import hashes_of
from tests.common.autopilot import slow_toy
from tests.common.autopilot.slow_toy import SETTINGS, SOURCE, Clock, SlowTask

search = functools.partial(slow_toy.search, minutes=2.0)
PORTFOLIO = Portfolio(changes=({}, {"lr": 0.05}, {"width": 8}), refits=True, ending=1.0)


class Refitting(SlowTask):
    """Its networks are trained again. on_both: what happens when that begins, by the network."""

    portfolio = PORTFOLIO

    def __init__(self, clock=None, on_both=None):
        super().__init__(clock or Clock())
        self.on_both, self.again, self.judgements = on_both, 0, []

    def model(self, preprocessing, settings):
        network = super().model(preprocessing, settings)
        if preprocessing.seen == 180:  # 140 for training and 40 for validation
            self.again += 1
            if self.on_both:
                network.begin = lambda: self.on_both(network)
        return network

    def evaluate(self, pipeline, examples):
        figures = super().evaluate(pipeline, examples)
        self.judgements.append((pipeline, examples, figures[0]["mae"]))
        return figures

    def hashes(self, pipeline, examples):
        return hashes_of(row.tobytes() for row in np.stack([examples.x, examples.y], axis=1))


@pytest.fixture(autouse=True)
def _one_core(without_optuna, monkeypatch):
    monkeypatch.setattr("common.training.threads.usable_cores", lambda: 1)


def refitted(result):
    return result.facts["autopilot"]["refitted"]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    out, task = tmp_path_factory.mktemp("refit") / "run", Refitting()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("common.autopilot.sampler.there", lambda: False)
        patch.setattr("common.training.threads.usable_cores", lambda: 1)
        return task, search(task, out), out


def test_what_answers_was_trained_on_both_parts_as_long_as_its_best_weights(done):
    """The same by hand: both parts prepared together, an epoch more or less would tell."""
    task, result, _ = done
    facts = result.facts["autopilot"]
    by_number = {trial["number"]: trial for trial in facts["trials"]}
    parts, points = result.prepared.split, task.load(SOURCE)
    both = points[np.sort(np.r_[parts.train, parts.valid])]
    preprocessing = task.prepare(SOURCE, SETTINGS).fit(both)
    outputs = []
    for number, epochs in zip(facts["answer"], facts["refitted"]["epochs"], strict=True):
        settings = SETTINGS.changed({**by_number[number]["changes"], "epochs": epochs})
        data = preprocessing.data(both, training=True)
        prepared = dataclasses.replace(
            result.prepared, preprocessing=preprocessing, train_data=data, valid_data=None
        )
        model, history = learn(task, prepared, settings, progress=False)
        assert len(history.rows) == epochs
        with torch.no_grad():
            outputs.append(model.eval()(preprocessing.transform(result.prepared.test)))
    said = result.pipelines["mse"](result.prepared.test)
    torch.testing.assert_close(said, sum(outputs) / len(outputs), rtol=1e-6, atol=1e-6)
    assert facts["refitted"]["examples"] == 180
    assert facts["refitted"]["seconds"] > 0


def test_the_run_knows_that_it_was_trained_on_the_validation_part(done):
    task, result, run = done
    pipeline = store.load(run, task)
    parts = result.prepared
    seen = [
        trained_on.count(run, task, pipeline, p) for p in (parts.train, parts.valid, parts.test)
    ]
    assert seen == [140, 40, 0]
    assert trained_on.count_in(result.known, task, pipeline, parts.valid) == 40
    told = Predictor(task, pipeline, result)._known(parts.valid)
    assert told == 40


def test_the_test_part_is_touched_once_and_by_what_answers(done):
    task, result, _ = done
    test = set(result.prepared.test.x)
    touching = [(pipeline, figure) for pipeline, x, figure in task.judgements if test & set(x.x)]
    assert len(touching) == 1
    assert touching[0][0] is result.pipelines["mse"]
    assert result.outcomes[0].metrics["mae"] == touching[0][1]


def test_the_page_and_the_run_say_so(done):
    _, result, run = done
    assert json.loads((run / "metrics.json").read_text())["autopilot"]["refitted"] == refitted(
        result
    )
    page = (run / "report.html").read_text()
    assert "trained again on the 180 examples" in page
    assert result.judged is not None


def test_the_run_is_examined_as_it_was(done):
    from common.runs import inference

    task, result, run = done
    found = inference.evaluate(task, run)
    assert found.outcome.metrics == result.outcomes[0].metrics
    assert found.part == "test"


@pytest.mark.parametrize("seconds", [4, 8, 14, 25, 60])
def test_the_deadline_is_kept(seconds):
    task = Refitting()
    before = task.clock.now
    result = search(task, minutes=seconds / 60)
    assert task.clock.now - before <= seconds
    assert result.outcomes[0].metrics["mae"] > 0


def tried(result):
    return [trial["changes"] for trial in result.facts["autopilot"]["trials"]]


class Alone(Refitting):
    portfolio = dataclasses.replace(PORTFOLIO, averages=False)


class NeverAgain(Alone):
    portfolio = dataclasses.replace(Alone.portfolio, refits=False)


def test_time_is_held_back_for_it_from_what_comes_after_the_portfolio():
    """None of the three settings is given up for it, but the two that did well in one are."""
    again, never = (search(kind(), minutes=22 / 60) for kind in (Alone, NeverAgain))
    assert refitted(again)
    assert tried(again) == [{}, {"lr": 0.05}, {"width": 8}]
    assert tried(never)[:3] == tried(again)
    assert len(tried(never)) == 4


def test_where_time_is_short_the_networks_answer_as_they_are():
    long = SETTINGS.changed({"epochs": 1000})
    result = search(Refitting(), minutes=10 / 60, settings=long)
    assert refitted(result) is None
    assert result.judged is None


def test_a_computer_that_gets_slower_leaves_the_first_networks():
    task, lines = Refitting(), []

    def slower(network):
        network.cost *= 30

    task.on_both = slower
    before = task.clock.now
    result = search(task, lines=lines)
    assert refitted(result) is None
    assert "training again takes too long: the networks answer as they are" in lines
    assert task.clock.now - before <= 2 * 60


def test_networks_that_came_to_grief_do_not_answer():
    def spoil(network):
        network.body[3].bias.data += 1e4

    lines = []
    result = search(Refitting(on_both=spoil), lines=lines)
    assert refitted(result) is None
    assert any(line.startswith("training again came to nothing: ") for line in lines)
    assert result.outcomes[0].metrics["mae"] < 10


def test_a_loss_that_is_no_number_leaves_the_first_networks():
    def spoil(network):
        network.body[3].bias.data.fill_(float("nan"))

    assert refitted(search(Refitting(on_both=spoil))) is None


def stop(network):
    raise KeyboardInterrupt


def test_control_c_leaves_the_first_networks(tmp_path):
    lines = []
    result = search(Refitting(on_both=stop), tmp_path / "run", lines=lines)
    assert refitted(result) is None
    assert "interrupted: the networks answer as they are" in lines
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_who_interrupts_the_search_does_not_wait_for_it():
    task = Refitting()
    task.events = {8: lambda: stop(None)}
    assert refitted(search(task)) is None
    assert task.again == 0


def test_a_search_that_is_killed_meanwhile_comes_to_the_same(tmp_path, done):
    class Killed(BaseException):
        pass

    def kill(network):
        raise Killed

    with pytest.raises(Killed):
        search(Refitting(on_both=kill), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    task, (_, whole, _) = Refitting(), done
    result = search(task, tmp_path / "run")
    assert refitted(result)["epochs"] == refitted(whole)["epochs"]
    points = whole.prepared.test
    torch.testing.assert_close(
        result.pipelines["mse"](points), whole.pipelines["mse"](points), rtol=0, atol=0
    )


def test_without_a_test_part_nothing_would_be_left_to_examine_them():
    task = Refitting()
    result = search(task, settings=SETTINGS.changed({"shares": "70/30"}))
    assert refitted(result) is None
    assert task.again == 0


def test_a_domain_that_does_not_want_it_is_left_alone(monkeypatch):
    monkeypatch.setattr(Refitting, "portfolio", dataclasses.replace(PORTFOLIO, refits=False))
    task = Refitting()
    assert refitted(search(task)) is None
    assert task.again == 0


class Remembering(Refitting):
    portfolio = dataclasses.replace(PORTFOLIO, refits=False)

    def joined(self, pipeline, examples):
        return pipeline, {"mae": 0.0}


def test_a_run_that_remembers_the_validation_part_knows_that_too(tmp_path):
    """Its figures on them are as optimistic as if it had been trained on them."""
    task = Remembering()
    result = search(task, tmp_path / "run")
    pipeline = store.load(tmp_path / "run", task)
    valid = result.prepared.valid
    assert trained_on.count(tmp_path / "run", task, pipeline, valid) == len(valid)
    assert trained_on.count_in(result.known, task, pipeline, valid) == len(valid)
    assert trained_on.count(tmp_path / "run", task, pipeline, result.prepared.test) == 0


def test_who_saves_it_later_saves_the_same(tmp_path, done):
    task, result, run = done
    experiment.save(task, result, tmp_path / "later")
    there = trained_on.read(tmp_path / "later")
    np.testing.assert_array_equal(there, trained_on.read(run))
