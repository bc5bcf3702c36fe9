"""Losses by name, and sums of them: compared with sums computed by hand."""

import math

import pytest
import torch
from torch import nn

from common.errors import unknown
from common.loss_registry import LossRegistry, WeightedSumLoss
from common.losses import Loss


class Absolute(Loss):
    def per_example(self, prediction, target):
        return (prediction - target).abs()


class Square(Loss):
    def per_example(self, prediction, target):
        return (prediction - target).square()


PREDICTION, TARGET = torch.tensor([1.0, 4.0]), torch.tensor([2.0, 1.0])


def registry():
    return LossRegistry({"abs": lambda *_: Absolute(), "square": lambda *_: Square()})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abs", 2.0),
        ("square", 5.0),
        ("abs + square", 7.0),
        (" abs+0.5* square ", 4.5),
        ("3*abs", 6.0),
        ("1e-1*abs + 2*square + abs", 12.2),
    ],
)
def test_a_sum_is_what_it_says(text, expected):
    loss = registry()[text](None, None)
    assert loss(PREDICTION, TARGET).item() == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["", "hope", "abs+", "abs + hope", "-1*abs", "0*abs", "nan*abs", "inf*abs", "x*abs", "abs*2"],
)
def test_what_is_no_loss_is_not_there(text):
    losses = registry()
    assert text not in losses
    with pytest.raises(KeyError):
        losses[text]
    assert "There are: abs, square" in str(unknown("loss", text, losses))


def test_single_names_are_listed_and_settings_reach_each_part():
    losses = LossRegistry(
        {
            "huber": lambda settings, _: nn.HuberLoss(delta=settings),
            "l1": lambda _, prepared: prepared,
        }
    )
    assert list(losses) == ["huber", "l1"]
    assert len(losses) == 2
    built = losses["huber + l1"](0.25, nn.L1Loss())
    assert built.parts[0].delta == 0.25
    assert isinstance(losses["huber"](1.0, None), nn.HuberLoss)


@pytest.mark.parametrize(("reduction", "expected"), [("sum", 14.0), ("none", [2.0, 12.0])])
def test_one_reduction_for_all_parts(reduction, expected):
    loss = WeightedSumLoss([(1.0, Absolute()), (1.0, Square())], reduction=reduction)
    assert loss(PREDICTION, TARGET).tolist() == expected
    assert loss.per_example(PREDICTION, TARGET).tolist() == [2.0, 12.0]


def test_gradients_are_the_weighted_sum():
    prediction = PREDICTION.double().requires_grad_()
    loss = WeightedSumLoss([(0.5, Absolute()), (2.0, Square())])
    assert torch.autograd.gradcheck(lambda p: loss(p, TARGET.double()), prediction)
    loss(prediction, TARGET.double()).backward()
    assert prediction.grad.tolist() == pytest.approx([(-0.5 - 4) / 2, (0.5 + 12) / 2])


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
def test_a_weight_that_cannot_be_is_refused(weight):
    with pytest.raises(ValueError, match="above 0"):
        WeightedSumLoss([(weight, Absolute())])
    with pytest.raises(ValueError, match="above 0"):
        WeightedSumLoss([])


def test_parts_are_seen_by_pytorch():
    loss = WeightedSumLoss([(1.0, Absolute()), (1.0, nn.BCEWithLogitsLoss(torch.ones(3)))])
    assert "weight" in dict(loss.parts[1].named_buffers())
    assert len(list(loss.children())) == 1
