"""Tensors that a model holds beside its weights, of whatever type: whether one has changed."""

import warnings

import pytest
import torch
from torch import nn

from common.training.extra_state import Remembered
from tests.common.training_toys import table, trainer


class Line(nn.Linear):
    def __init__(self) -> None:
        super().__init__(3, 1)


def lost(model, change):
    """Return what a resumed training would say that no checkpoint keeps."""
    remembered = Remembered(model, nn.L1Loss())
    change()
    return remembered.facts()["lost"]


KINDS = [torch.bool, torch.uint16, torch.uint64, torch.int8, torch.bfloat16, torch.complex64]


@pytest.mark.parametrize("kind", [*KINDS, torch.float8_e4m3fn])
@pytest.mark.parametrize("shape", [(), (3, 3)])
def test_a_tensor_of_any_kind_is_seen_to_change_and_to_stay(kind, shape):
    """A causal mask is one of bool; PyTorch has no arithmetic of some kinds."""
    model = Line()
    model.register_buffer("mask", torch.zeros(shape).to(kind), persistent=False)
    model.seen = torch.zeros(shape).to(kind)
    assert lost(model, lambda: None) == []
    assert lost(model, lambda: model.mask.copy_(torch.ones(shape).to(kind))) == ["model:/mask"]
    ones = torch.ones(shape).to(kind)
    assert lost(model, lambda: setattr(model, "seen", ones)) == ["model:/seen"]


@pytest.mark.parametrize("now", [[-1.0, 2.0], [2.0, 1.0]])
def test_another_sign_and_another_order_are_changes(now):
    model = Line()
    model.seen = torch.tensor([1.0, 2.0])
    assert lost(model, lambda: setattr(model, "seen", torch.tensor(now))) == ["model:/seen"]


def test_a_tensor_without_numbers_to_read_is_let_be():
    with torch.inference_mode():
        inferred = torch.zeros(10**6 + 1)  # too large to read, and it counts no changes
    sparse = torch.eye(2).to_sparse()
    held = [nn.UninitializedBuffer(), sparse, inferred, torch.zeros(2, device="meta")]
    held += [torch.tensor([1 + 2j]).conj(), torch.zeros(2, 0), torch.ones(2).expand(3, 2)]
    model = Line()
    for at, tensor in enumerate(held):
        object.__setattr__(model, f"held_{at}", tensor)
    assert lost(model, lambda: None) == []
    assert lost(model, sparse.zero_) == ["model:/held_1"]


def test_a_model_with_a_causal_mask_trains_with_a_checkpoint(tmp_path):
    model, path = Line(), tmp_path / "checkpoint"
    model.register_buffer("mask", torch.ones(3, 3, dtype=torch.bool).tril(), persistent=False)
    settings = {"checkpoint": path, "checkpoint_every": 0}
    trainer(model, **settings).fit(table())
    with warnings.catch_warnings(action="error"):
        trainer(model, **settings).fit(table(), resume=True)
