"""A compiled network learns as the plain one does, and keeps the names of its weights."""

import re

import pytest
import torch
from torch import nn

from common.errors import UserError
from common.trainer import Trainer
from common.training import compiling
from tests.common.training import ranks_at_work as toys

TOLD = [
    "compiling the network for training: that takes seconds to minutes",
    "the first step took N s with its compiling",
    "compiling the network for validation: that takes seconds to minutes",
    "compiled for validation after N s",
]


@pytest.fixture(autouse=True)
def _without_a_compiler(monkeypatch):
    """What PyTorch traces is run as it stands: no compiler is needed for that, and no minute."""
    monkeypatch.setattr(compiling, "BACKEND", "eager")


def fit(compile, path, **settings):
    model = toys.network(norm=True)
    made = toys.trainer(model, checkpoint=path, compile=compile, **settings)
    made.fit(toys.table(), valid=toys.table(20), resume=path.exists())
    return made


def test_it_learns_the_same_and_its_weights_have_the_same_names(tmp_path):
    plain = fit(False, tmp_path / "plain")
    made = fit(True, tmp_path / "compiled")
    for name, tensor in plain.model.state_dict().items():
        torch.testing.assert_close(made.model.state_dict()[name], tensor)
    assert made.history.column("valid_loss") == pytest.approx(plain.history.column("valid_loss"))
    assert made.forward is not made.model
    from safetensors import safe_open

    with safe_open(tmp_path / "compiled", framework="pt") as file:
        assert not [name for name in file.keys() if "_orig_mod" in name]  # noqa: SIM118


@pytest.mark.parametrize("progress", [True, False])
def test_whoever_waits_is_told_once_that_it_compiles_and_how_long_it_took(
    tmp_path, capfd, progress
):
    fit(True, tmp_path / "checkpoint", progress=progress)
    lines = capfd.readouterr().err.replace("\r", "\n").splitlines()
    told = [line.strip() for line in lines if re.match(r"\s*(compil|the first step)", line)]
    told = [re.sub(r"\d+ s", "N s", line) for line in told]
    assert told == (TOLD if progress else [])


def test_a_training_goes_on_without_the_compiler(tmp_path):
    path = tmp_path / "checkpoint"
    with pytest.raises(toys.StopHere):
        fit(True, path, loss=toys.breaking(9), checkpoint_every=0)
    made = fit(False, path, loss=toys.breaking())
    whole = fit(False, tmp_path / "whole", loss=toys.breaking())
    torch.testing.assert_close(toys.seen(made)["weights"], toys.seen(whole)["weights"])


def test_what_is_not_finite_is_named_as_ever(tmp_path):
    X, y = toys.table()
    X[23, 1] = float("nan")
    with pytest.raises(UserError, match="row 23 of the training data: not finite in the inputs"):
        toys.trainer(toys.network(), compile=True).fit((X, y))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_where_nothing_can_be_compiled_one_line_says_so(monkeypatch, language):
    def refuse(*words, **more):
        raise RuntimeError("InvalidCxxCompiler: No working C++ compiler found\nin the config")

    monkeypatch.setattr(torch, "compile", refuse)
    with pytest.raises(UserError) as caught:
        Trainer(nn.Linear(1, 1), nn.MSELoss(), device="cpu", compile=True)
    said = caught.value.to(language)
    assert said.startswith("--compile: ")
    assert "No working C++ compiler found" in said
    assert "\n" not in said
