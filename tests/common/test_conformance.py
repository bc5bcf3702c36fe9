"""What a Task lacks is said before anything is trained, in one clear line."""

import dataclasses
import random

import numpy as np
import pytest
import torch
from torch import nn

from common.conformance import TaskError, check_domain, check_task
from common.errors import UserError
from common.outcome import Metric, Outcome
from common.runs import equal_budget, experiment
from common.settings import Settings, option
from common.trainer import Trainer
from tests.common.toy import Line, ToyPreprocessing, ToySettings, ToySource, ToyTask

SETTINGS = ToySettings(device="cpu", epochs=1)


def train(task, *, losses=(), **changes):
    settings = dataclasses.replace(SETTINGS, **changes)
    return experiment.train(task, ToySource(), settings, None, losses=losses, progress=False)


def changed(**attributes):
    """A ToyTask whose class has other attributes; None leaves one out."""
    kind = type("Changed", (ToyTask,), attributes)
    return kind()


def prepared_by(**methods):
    """A ToyTask whose preprocessing has other methods."""
    kind = type("Prepares", (ToyPreprocessing,), methods)
    return changed(preprocessing=kind, prepare=lambda self, source, settings: kind())


@pytest.fixture
def untrained(monkeypatch):
    """A training that begins fails the test."""

    def fail(*args, **kwargs):
        pytest.fail("it was trained")

    monkeypatch.setattr(Trainer, "fit", fail)


def test_a_good_task_passes_the_whole(tmp_path):
    (tmp_path / "new.txt").write_text("1 3\n2 5\n")
    result = check_domain(ToyTask(), ToySource(), SETTINGS, tmp_path, given=tmp_path / "new.txt")
    assert [outcome.name for outcome in result.outcomes] == ["mse", "median"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Needy(Settings):
    width: int = option(help="no default")


class Undecorated(ToySettings):
    height: int = option(3, "rows")


METRIC = Metric("mae", "MAE", "{:.3f}")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"title": None}, "Changed: title is missing, expected a text"),
        ({"about": ""}, "Changed: about is '', expected a text"),
        ({"name": 3}, "name is 3"),
        ({"metrics": ()}, "metrics is a tuple of 0, expected at least one Metric"),
        ({"metrics": ("mae",)}, "metrics holds str, expected Metric"),
        ({"metrics": (METRIC, METRIC)}, "metrics: 'mae' is there twice"),
        ({"metrics": (Metric("mae", "", "{:.3f}", "lowest"),)}, "best of 'mae' is 'lowest'"),
        ({"metrics": (Metric("mae", "", "{:q}"),)}, "'mae' cannot be shown as '{:q}'"),
        ({"settings": dict}, "settings is <class 'dict'>, expected a subclass of Settings"),
        ({"settings": Undecorated}, "Undecorated needs @dataclass(frozen=True, kw_only=True)"),
        ({"settings": Needy}, "Needy() fails, every option needs a default"),
        ({"source": None}, "source is None, expected a subclass of Options"),
        ({"losses": {}}, "losses is dict, expected a dict with at least one loss"),
        ({"losses": {"mse": nn.MSELoss()}}, "'mse' is torch.nn.modules.loss.MSELoss, expected a f"),
        ({"losses": {"l1": ToyTask.losses["l1"]}}, "'mse' is the settings' default and is not am"),
        ({"curves": None}, "curves is NoneType, expected a dict"),
        ({"curves": {"mae": 1.0}}, "curves: 'mae' is float, expected a function"),
        ({"curves": {"lr": max}}, "curves: 'lr' is a column of the history already"),
    ],
)
def test_what_a_task_does_not_say_is_named_before_the_data_is_read(attributes, words):
    def load(self, source):
        pytest.fail("the data was read")

    with pytest.raises(TaskError) as caught:
        train(changed(load=load, **attributes))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_several_things_come_in_a_line_each():
    with pytest.raises(TaskError) as caught:
        check_task(changed(title=None, about=None, curves=None))
    lines = str(caught.value).splitlines()
    assert lines[0] == "Changed: 3 things are missing or wrong"
    assert [line.split()[0] for line in lines[1:]] == ["title", "about", "curves"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"split_by": {"time": [1]}}, "split_by: unknown argument 'time'; did you mean 'times'?"),
        ({"split_by": None}, "examples.split_by is NoneType, expected a dict"),
        ({"notes": "one text"}, "examples.notes is str, expected a list of texts"),
    ],
)
@pytest.mark.usefixtures("untrained")
def test_examples_say_how_they_are_split(changes, words):
    def load(self, source):
        return dataclasses.replace(ToyTask().load(source), **changes)

    with pytest.raises(TaskError) as caught:
        train(changed(load=load))
    assert words in str(caught.value)


def misspelt(self):
    return {"seen": self.seen}, {"scal": self.scale}


def forgotten(self):
    return {"seen": self.seen}, {"scale": np.ones(1)}


def changing(self, examples):
    examples.x[:] = examples.x / self.scale
    return torch.tensor(examples.x, dtype=torch.float32)[:, None]


def half(self, examples):
    return ToyPreprocessing.transform(self, examples)[::2]


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        ({"state": misspelt}, "restore asks for 'scale', and state gave seen, scal"),
        ({"state": forgotten}, "state and restore lose something"),
        ({"state": lambda self: {}}, "state returned dict, expected two dicts"),
        ({"state": lambda self: ({"seen": {1, 2}}, {})}, "'seen' is nothing that JSON can hold"),
        (
            {"state": lambda self: ({"seen": 1}, {"scale": np.array(["x"])})},
            "'scale' is an array of <U1, expected a NumPy array of numbers",
        ),
        (
            {"state": lambda self: ({"seen": 1}, {"scale": np.ones(2)})},
            "restore cannot take back what state gave: UserError: scale: expected one number",
        ),
        ({"transform": changing}, "Prepares.transform changes the examples: x is another"),
        ({"transform": half}, "transform gave 2 rows for 4 examples"),
    ],
)
@pytest.mark.usefixtures("untrained")
def test_a_preparation_that_could_not_be_saved_is_named(methods, words):
    with pytest.raises(TaskError) as caught:
        train(prepared_by(**methods))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


class Buffered(Line):
    def __init__(self, width, *, persistent):
        super().__init__(width)
        self.register_buffer("offset", torch.ones(1), persistent=persistent)

    def forward(self, x):
        return super().forward(x) + self.offset


@pytest.mark.usefixtures("untrained")
def test_a_buffer_that_is_not_saved_is_named():
    task = changed(model=lambda self, p, settings: Buffered(settings.width, persistent=False))
    with pytest.raises(TaskError, match=r"the buffer 'offset' is not saved .* persistent=True"):
        train(task)


def test_a_persistent_buffer_and_one_of_the_preprocessing_pass(tmp_path):
    class Scaled(Line):
        def __init__(self, width, scale):
            super().__init__(width)
            self.register_buffer("scale", torch.from_numpy(scale), persistent=False)

    for model in (
        lambda self, p, settings: Buffered(settings.width, persistent=True),
        lambda self, p, settings: Scaled(settings.width, p.scale),
    ):
        task = changed(model=model)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        check_domain(task, ToySource(), SETTINGS, folder)


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        (
            {"metrics": (Metric("mea", "MAE", "{:.3f}"),)},
            "evaluate gives no 'mea', which `metrics` names; did you mean 'mae'?",
        ),
        ({"evaluate": lambda *_: ({"mae": 1.0, "rmse": 2.0}, 0)}, "gives 'rmse', which no Metric"),
        ({"evaluate": lambda *_: {"mae": 1.0}}, "evaluate returned dict, expected (metrics, art"),
        ({"evaluate": lambda *_: ({"mae": "1"}, 0)}, "'mae' is str, expected a number"),
        ({"curves": {"mae": lambda p, t: (p - t).abs()}}, "curves: 'mae' returned float32 tensor"),
        ({"baselines": lambda *_: None}, "baselines returned NoneType, expected a list of Outcome"),
        (
            {"baselines": lambda *_: [Outcome("median", {"MAE": 1.0})]},
            "the baseline 'median' gives no 'mae', which `metrics` names; did you mean 'MAE'?",
        ),
        ({"training": lambda *_: {"worker": 2}}, "'worker'; did you mean 'workers'?"),
        ({"model": lambda *_: max}, "expected a torch.nn.Module"),
    ],
)
@pytest.mark.usefixtures("untrained")
def test_what_returns_the_wrong_thing_is_named(attributes, words):
    with pytest.raises(TaskError) as caught:
        train(changed(**attributes))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda s, p: None, "losses: 'last' gave NoneType, expected a function"),
        (lambda s, p: nn.MSELoss(reduction="none"), "losses: 'last': the loss returned float32 te"),
        (lambda s, p: lambda y, t: (y - t).abs().mean().detach(), "'last': the loss has no gradie"),
    ],
)
@pytest.mark.usefixtures("untrained")
def test_the_last_of_several_losses_is_tried_before_the_first_is_trained(loss, words):
    with pytest.raises(TaskError) as caught:
        train(changed(losses={**ToyTask.losses, "last": loss}), losses=["mse", "l1", "last"])
    assert words in str(caught.value)


def test_what_cannot_be_asked_of_a_few_examples_is_left_for_later():
    def evaluate(self, pipeline, examples):
        if len(examples) < 20:
            raise UserError("too few points")
        return ToyTask.evaluate(self, pipeline, examples)

    def curve(prediction, target):
        return 1 / (len(target) > 20)

    assert train(changed(evaluate=evaluate, curves={"mae": curve})).outcomes[0].metrics["mae"] > 0


def test_random_numbers_are_left_as_they_were():
    def evaluate(self, pipeline, examples):
        torch.rand(1), np.random.rand(), random.random()
        return ToyTask.evaluate(self, pipeline, examples)

    def draws(check):
        torch.manual_seed(1)
        np.random.seed(1)
        random.seed(1)
        check()
        return torch.rand(1).item(), np.random.rand(), random.random()

    task = changed(evaluate=evaluate)
    prepared = experiment.prepare(task, task.load(ToySource()), ToySource(), SETTINGS)
    trial = equal_budget.check_prepared
    assert draws(lambda: None) == draws(
        lambda: trial(task, prepared, ToySource(), SETTINGS, ["mse"])
    )


def test_the_whole_finds_what_a_few_examples_do_not_show(tmp_path):
    def forgetful(self, pipeline, examples):
        self.examined.append(examples)
        metrics, artifacts = ToyTask.evaluate(self, pipeline, examples)
        return {"mae": metrics["mae"] + len(self.examined)}, artifacts

    class Silent(ToyTask):
        evaluate = forgetful

        def predict(self, pipeline, source, out, options):
            return None

    (tmp_path / "new.txt").write_text("1 3\n2 5\n")
    with pytest.raises(TaskError) as caught:
        check_domain(Silent(), ToySource(), SETTINGS, tmp_path, given=tmp_path / "new.txt")
    for words in ("other figures: mae", "predict wrote nothing", "predict returned None"):
        assert words in str(caught.value)
