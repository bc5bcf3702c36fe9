"""The loss in Keras against the loss in PyTorch."""

import pytest
import torch

from tests.common.keras_twins import assert_examples_are_right, assert_same
from tests.text.test_loss import COSTS, guesses
from text.loss import ExpectedCostLoss


def keras_twin(costs, **settings):
    """Return our loss in Keras, which takes seconds to import: not for all who collect tests."""
    from text.keras_loss import ExpectedCost

    return ExpectedCost(costs, **settings)


def test_its_examples_are_right():
    assert_examples_are_right("text.keras_loss")


@pytest.mark.parametrize("ce_weight", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("theirs", ["mean_with_sample_weight", "none"])
def test_is_that_of_pytorch(ce_weight, theirs):
    logits, target = guesses(dtype=torch.float32)
    reduction = "none" if theirs == "none" else "mean"
    ours = ExpectedCostLoss(COSTS, ce_weight=ce_weight, reduction=reduction)
    keras_loss = keras_twin(COSTS, ce_weight=ce_weight, reduction=theirs)
    assert_same(keras_loss, ours, logits, target)


@pytest.mark.parametrize("value", [-1e4, 0.0, 1e4])
def test_extremes_are_those_of_pytorch(value):
    logits = torch.zeros(2, 4)
    logits[0, 0], logits[1, 3] = value, value
    assert_same(keras_twin(COSTS), ExpectedCostLoss(COSTS), logits, torch.tensor([1, 3]))


@pytest.mark.parametrize("ignored", [[0], [1, 3], range(5)])
def test_ignored_labels_weigh_nothing(ignored):
    logits, target = guesses(dtype=torch.float32)
    logits, target = logits[:5], target[:5].clone()
    target[list(ignored)] = -100
    assert_same(keras_twin(COSTS), ExpectedCostLoss(COSTS), logits, target)


@pytest.mark.parametrize(
    ("target", "logits"),
    [([0, 4], (2, 4)), ([0, -1], (2, 4)), ([0, 1, 2], (2, 4)), ([[0], [1]], (2, 4))],
)
def test_what_does_not_fit_is_refused(target, logits):
    with pytest.raises(ValueError, match="ExpectedCost"):
        keras_twin(COSTS)(torch.tensor(target), torch.zeros(logits))


def test_settings_survive_keras_own_saving():
    loss = keras_twin(COSTS, ce_weight=0.25)
    again = type(loss).from_config(loss.get_config())
    logits, target = guesses(dtype=torch.float32)
    torch.testing.assert_close(again(target, logits), loss(target, logits))
