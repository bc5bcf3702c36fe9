"""A run comes back as it was; a damaged or hostile one is refused in one line, unread."""

import json
import pickle
import shutil

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch

from common.errors import UserError
from common.runs import experiment, store
from tests.common.toy import ToySettings, ToySource, ToyTask


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "line"
    task = ToyTask()
    result = experiment.train(task, ToySource(), ToySettings(device="cpu"), folder, progress=False)
    return folder, result


@pytest.fixture
def folder(finished, tmp_path):
    return shutil.copytree(finished[0], tmp_path / "копия run")


def refused(folder, words):
    with pytest.raises(UserError, match=words) as error:
        store.load(folder, ToyTask())
    assert "\n" not in str(error.value)


def test_a_run_holds_what_the_plan_says(finished):
    names = {path.name for path in finished[0].iterdir()}
    assert names == {
        "config.json",
        "metrics.json",
        "history.csv",
        "report.html",
        "model.safetensors",
        "preprocessing.json",
        "preprocessing.safetensors",
    }


def test_a_loaded_run_answers_as_it_did_when_trained(finished):
    folder, result = finished
    examples = ToyTask().load(ToySource())
    before = result.pipelines["mse"](examples)
    assert torch.equal(store.load(folder, ToyTask())(examples), before)


def test_metrics_json_has_the_test_figures_and_the_seconds(finished):
    metrics = json.loads((finished[0] / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["test"]["mae"] == finished[1].outcomes[0].metrics["mae"]
    assert metrics["seconds"] > 0
    assert metrics["examples"] == {"train": 140, "valid": 40, "test": 20}


@pytest.mark.parametrize("name", ["config.json", "preprocessing.json", "model.safetensors"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    refused(folder, name)


@pytest.mark.parametrize("name", ["model.safetensors", "preprocessing.safetensors"])
@pytest.mark.parametrize("size", [0, 7, 60])
def test_a_truncated_file_is_refused(folder, name, size):
    (folder / name).write_bytes((folder / name).read_bytes()[:size])
    refused(folder, "refused unread")


@pytest.mark.parametrize("name", ["config.json", "preprocessing.json"])
@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00", "[" * 100_000])
def test_json_that_is_none_is_refused(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    refused(folder, name)


@pytest.mark.parametrize("name", ["model.safetensors", "preprocessing.safetensors"])
def test_a_pickle_in_place_of_tensors_is_refused_unread(folder, tmp_path, name):
    proof = tmp_path / "executed"

    class Bomb:
        def __reduce__(self):
            return (proof.touch, ())

    for write in (pickle.dump, torch.save):
        with open(folder / name, "wb") as file:
            write(Bomb(), file)
        refused(folder, "refused unread")
    assert not proof.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 99}, "format 99, this version reads 5"),
        ({"format": None}, "this version reads 5"),
        ({"task": "vision"}, "a run of 'vision', expected 'toy'"),
        ({"settings": {"width": 10**9}}, "--width"),
        ({"settings": {"width": 8}}, "do not fit"),
        ({"settings": {"colour": 1}}, "unknown option 'colour'"),
        ({"settings": {"width": 10**400}}, "--width is a number of more than 40 digits"),
        ({"settings": {"loss": "mes"}}, "unknown loss 'mes'; did you mean 'mse'"),
        ({"settings": None}, "damaged"),
        ({"source": [1]}, "damaged"),
    ],
)
def test_a_config_of_another_kind_is_refused(folder, change, words):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | change), encoding="utf-8")
    refused(folder, words)


def damaged_weights(folder, change):
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    name = next(iter(weights))
    weights[name] = change(weights[name])
    safetensors.torch.save_file(weights, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.double(), "are torch.float64, expected torch.float32"),
        (lambda w: w.int(), "are torch.int32, expected torch.float32"),
        (lambda w: w * float("nan"), "are not finite"),
        (lambda w: w + float("inf"), "are not finite"),
    ],
)
def test_weights_of_another_kind_are_refused(folder, change, words):
    damaged_weights(folder, change)
    refused(folder, words)


def test_a_preprocessing_that_overflows_is_refused(folder, monkeypatch):
    def restore(values, arrays):
        raise OverflowError("int too large to convert to float")

    monkeypatch.setattr(ToyTask.preprocessing, "restore", restore)
    refused(folder, "int too large")


def test_arrays_of_another_shape_are_refused(folder):
    safetensors.numpy.save_file({"scale": np.ones(2)}, folder / "preprocessing.safetensors")
    refused(folder, "expected one number")


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    refused(tmp_path / "nowhere", "no such run")
    refused(tmp_path, "not a run")


def test_a_crash_leaves_the_good_run_as_it_was(folder, monkeypatch):
    before = (folder / "model.safetensors").read_bytes()
    monkeypatch.setattr(store, "save_pipeline", lambda *_: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        experiment.train(
            ToyTask(), ToySource(), ToySettings(seed=1, device="cpu"), folder, progress=False
        )
    assert (folder / "model.safetensors").read_bytes() == before
    store.load(folder, ToyTask())


def test_figures_that_are_no_numbers_become_null(tmp_path):
    store.write_json(tmp_path / "x.json", {"a": float("nan"), "b": np.float32(0.5), "c": (1, 2)})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": None, "b": 0.5, "c": [1, 2]}
