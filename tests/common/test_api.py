"""Fit, load and the Predictor, for a domain of a few lines: common knows no other."""

import importlib
import inspect
import json
import subprocess
import sys

import numpy as np
import pytest

from common import api
from common.discovery import domains
from common.errors import UserError
from common.runs import store
from common.task import Task
from tests.common.toy import TASK, Points, ToyPredict, ToySettings, ToySource


class MemoryTask(type(TASK)):
    """A toy that takes points in memory, and writes with options of its own."""

    predict_options = ToyPredict

    def read(self, *data, pipeline=None, **fields):
        if data and isinstance(data[0], Points):
            return ToySource(**fields), data[0]
        return Task.read(self, *data, pipeline=pipeline, **fields)


TOY = MemoryTask()
QUICK = {"epochs": 2, "device": "cpu", "progress": False}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("points") / "points.txt"
    x = np.linspace(-2, 2, 60)
    np.savetxt(path, np.stack([x, 3 * x]).T)
    return path


@pytest.fixture(scope="module")
def fitted(file):
    return api.fit(TOY, file, **QUICK)


def points(count=5):
    x = np.linspace(-1, 1, count)
    return Points(x, 3 * x)


def test_a_fitted_predictor_has_its_figures_history_and_notes(fitted):
    assert fitted.metrics["mae"] > 0
    assert fitted.evaluate() == fitted.metrics
    assert len(fitted.history.rows) == 2
    assert fitted.notes[0] == "points drawn by hand"
    assert fitted.pipeline.settings == ToySettings(epochs=2, device="cpu")
    assert repr(fitted) == f"Predictor(toy, loss='mse', mae={fitted.metrics['mae']:.3f})"


def test_a_saved_run_answers_and_reports_as_the_fitted_one(fitted, tmp_path, file):
    assert fitted.save(tmp_path / "run") == tmp_path / "run"
    loaded = api.load(TOY, tmp_path / "run", device="cpu")
    np.testing.assert_array_equal(loaded.predict(points()), fitted.predict(points()))
    assert (loaded.metrics, loaded.history) == (None, None)
    assert loaded.evaluate() == pytest.approx(fitted.metrics)
    assert loaded.evaluate(file) == pytest.approx(fitted.evaluate(file))
    assert "A line through points." in loaded.report()
    loaded.save(tmp_path / "again")
    again = api.load(TOY, tmp_path / "again", device="cpu")
    np.testing.assert_array_equal(again.predict(points()), fitted.predict(points()))
    assert again.report() == loaded.report()
    assert {path.name for path in (tmp_path / "again").iterdir()} == {
        path.name for path in (tmp_path / "run").iterdir()
    }


def test_what_is_saved_is_what_the_same_call_with_out_writes(tmp_path, file):
    saved = api.fit(TOY, file, **QUICK, out=tmp_path / "out").save(tmp_path / "saved")
    for name in ("config.json", "metrics.json", "preprocessing.json", "model.safetensors"):
        written = (tmp_path / "out" / name).read_bytes()
        if name == "metrics.json":
            one, two = json.loads(written), json.loads((saved / name).read_bytes())
            assert one["test"] == two["test"]
        else:
            assert (saved / name).read_bytes() == written


def test_saving_onto_itself_and_onto_a_stranger(fitted, tmp_path):
    fitted.save(tmp_path / "run")
    loaded = api.load(TOY, tmp_path / "run", device="cpu")
    loaded.save(tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").touch()
    with pytest.raises(UserError, match="is not a run of toy"):
        fitted.save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.doc").exists()


def test_the_page_is_returned_and_written(fitted, tmp_path):
    page = fitted.report(tmp_path / "page.html")
    assert page.startswith("<!doctype html>") or "<html" in page
    assert (tmp_path / "page.html").read_text("utf-8") == page
    assert "&lt;script&gt;2" in page
    fitted.save(tmp_path / "run")
    (tmp_path / "run" / "report.html").unlink()
    with pytest.raises(UserError, match="has no page"):
        api.load(TOY, tmp_path / "run").report()


def test_answers_go_to_a_file_as_the_command_writes_them(fitted, tmp_path, file):
    said = fitted.predict(file, out=tmp_path / "answers.txt", digits=2)
    assert said == f"60 answers in {tmp_path / 'answers.txt'}"
    first = (tmp_path / "answers.txt").read_text().split()[0]
    assert len(first.partition(".")[2]) == 2
    with pytest.raises(UserError, match="unknown option 'digit'; did you mean 'digits'"):
        fitted.predict(file, out=tmp_path / "answers.txt", digit=2)
    with pytest.raises(UserError, match="unknown argument 'digits'"):
        fitted.predict(points(), digits=2)
    with pytest.raises(UserError, match="data is a Points, expected a path"):
        fitted.predict(points(), out=tmp_path / "answers.txt")


def test_data_in_memory_is_learned_and_evaluated(tmp_path):
    model = api.fit(TOY, points(80), **QUICK, out=tmp_path / "run")
    assert model.evaluate(points())["mae"] > 0
    with pytest.raises(UserError, match="was handed over in Python"):
        api.load(TOY, tmp_path / "run").evaluate()


def test_settings_come_whole_or_one_by_one_and_none_is_not_given(file):
    settings = ToySettings(width=8, epochs=1, device="cpu")
    model = api.fit(TOY, file, settings=settings, epochs=None, lr=0.5, progress=False)
    own = model.pipeline.settings
    assert (own.width, own.epochs, own.lr) == (8, 1, 0.5)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"epoch": 3}, "unknown argument 'epoch'; did you mean 'epochs'"),
        ({"flok": "x"}, "unknown argument 'flok'; did you mean 'flock'"),
        ({"pipeline": None}, "unknown argument 'pipeline'"),
        ({"epochs": 0}, "--epochs is 0, expected a whole number from 1"),
        ({"epochs": "3"}, "--epochs is '3'"),
        ({"loss": "mse2"}, "unknown loss 'mse2'; did you mean 'mse'"),
        ({"settings": {"epochs": 3}}, "settings is a dict, expected ToySettings"),
    ],
)
def test_a_wrong_argument_is_one_line(file, options, says):
    with pytest.raises(UserError) as caught:
        api.fit(TOY, file, progress=False, **options)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_comes_twice_is_refused(file):
    with pytest.raises(UserError, match="file came twice: '.*points.txt' and 'other.txt'"):
        api.fit(TOY, str(file), file="other.txt")


def test_too_many_paths_are_refused(file):
    with pytest.raises(UserError, match="4 arguments came, expected up to 3"):
        api.fit(TOY, file, "table", "flock", "more")


def test_answers_that_are_not_finite_are_refused(fitted, tmp_path):
    fitted.save(tmp_path / "run")
    broken = api.load(TOY, tmp_path / "run", device="cpu")
    broken.pipeline.model.body[0].weight.data.fill_(float("nan"))
    for answer in (broken.predict, lambda data: broken.evaluate(data)):
        with pytest.raises(UserError, match="answers are not finite: its weights are damaged"):
            answer(points())
    with pytest.raises(UserError, match="not finite"):
        list(broken.pipeline.outputs(broken.pipeline.preprocessing.transform(points())))


def test_another_domains_run_is_refused(fitted, tmp_path):
    fitted.save(tmp_path / "run")
    config = store.read_json(tmp_path / "run" / "config.json")
    store.write_json(tmp_path / "run" / "config.json", config | {"task": "other"})
    with pytest.raises(UserError, match="a run of 'other', expected 'toy'"):
        api.load(TOY, tmp_path / "run")


def test_domains_and_their_classes_are_there_without_importing_torch():
    code = (
        "import importlib, sys\n"
        f"for name in {domains()!r}:\n"
        "    domain = importlib.import_module(name)\n"
        "    classes = {*domain.__all__} - {'fit', 'autopilot', 'load'}\n"
        "    print(name, all(isinstance(getattr(domain, one), type) for one in classes))\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{name} True" for name in domains()], done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", domains())
def test_every_domain_exposes_the_same(name):
    domain = importlib.import_module(name)
    assert {"fit", "autopilot", "load", "Predictor"} < {*domain.__all__}
    assert "epochs: passes" in domain.fit.__doc__
    assert domain.load.__name__ == "load"
    assert "task" not in inspect.signature(domain.fit).parameters
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'nothing'"):
        _ = domain.nothing
