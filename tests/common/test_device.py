"""Which device is picked, on computers that this one is not."""

import pytest
import torch

from common.device import available_devices, pick_device
from common.errors import UserError


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv("STICKSHIFT_DEVICE", raising=False)


@pytest.fixture
def computer(monkeypatch):
    """Pretend that this computer has `count` accelerators of one kind."""

    def pretend(kind: str | None, count: int = 1) -> None:
        accelerator = torch.accelerator
        device = torch.device(kind) if kind else None
        monkeypatch.setattr(accelerator, "is_available", lambda: kind is not None)
        monkeypatch.setattr(accelerator, "current_accelerator", lambda *_, **__: device)
        monkeypatch.setattr(accelerator, "device_count", lambda: count if kind else 0)

    return pretend


def test_this_computers_best_device_computes():
    device = pick_device()
    assert torch.ones(3, device=device).sum().item() == 3


@pytest.mark.parametrize(
    ("kind", "count", "expected"),
    [
        (None, 0, ["cpu"]),
        ("cuda", 1, ["cuda", "cpu"]),
        ("cuda", 3, ["cuda:0", "cuda:1", "cuda:2", "cpu"]),
        ("mps", 1, ["mps", "cpu"]),
        ("xpu", 2, ["xpu:0", "xpu:1", "cpu"]),
    ],
)
def test_devices_are_listed_best_first(computer, kind, count, expected):
    computer(kind, count)
    assert available_devices() == expected


@pytest.mark.parametrize(
    ("kind", "count", "best"),
    [(None, 0, "cpu"), ("cuda", 1, "cuda"), ("cuda", 2, "cuda"), ("mps", 1, "mps")],
)
def test_auto_takes_the_best_there_is(computer, kind, count, best):
    computer(kind, count)
    assert pick_device() == pick_device("auto") == torch.device(best)


def test_variable_decides_for_auto_only(computer, monkeypatch):
    computer("cuda", 2)
    monkeypatch.setenv("STICKSHIFT_DEVICE", "cpu")
    assert pick_device("auto") == torch.device("cpu")
    assert pick_device("cuda:1") == torch.device("cuda:1")


@pytest.mark.parametrize("value", ["", "  ", "auto", "AUTO"])
def test_empty_variable_means_auto(computer, monkeypatch, value):
    computer("mps")
    monkeypatch.setenv("STICKSHIFT_DEVICE", value)
    assert pick_device() == torch.device("mps")


def test_case_and_spaces_do_not_matter(computer):
    computer("cuda", 2)
    assert pick_device(" CUDA:1 ") == torch.device("cuda:1")


def test_a_torch_device_is_taken_as_it_is(computer):
    computer("cuda", 2)
    assert pick_device(torch.device("cuda", 1)) == torch.device("cuda:1")


def test_the_only_card_may_be_called_by_number(computer):
    computer("cuda", 1)
    assert pick_device("cuda:0") == torch.device("cuda:0")


@pytest.mark.parametrize(
    "name", ["cuda:2", "cuda:-1", "cuda:x", "cuda:01", "cuda:0:0", "mps", ":0", "", "cpu:1", "cpu:"]
)
def test_absent_device_is_an_error_that_lists_those_there_are(computer, name):
    computer("cuda", 2)
    with pytest.raises(UserError) as caught:
        pick_device(name)
    assert str(caught.value) == (
        f"device {name!r} is not on this computer; there are: cuda:0, cuda:1, cpu"
    )


def test_error_says_when_the_variable_is_to_blame(computer, monkeypatch):
    computer(None)
    monkeypatch.setenv("STICKSHIFT_DEVICE", "cuda")
    with pytest.raises(UserError, match=r"'cuda' \(from the variable STICKSHIFT_DEVICE\) is not"):
        pick_device()
