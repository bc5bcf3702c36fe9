"""The loss in Keras against the loss in PyTorch."""

import pytest
import torch

from tests.common.keras_twins import assert_examples_are_right, assert_same
from tests.vision.test_loss import scene, with_unknown
from vision.loss import TverskyLoss


def keras_twin(**settings):
    """Return our loss in Keras, which takes seconds to import: not for all who collect tests."""
    from vision.keras_loss import Tversky

    return Tversky(**settings)


def test_its_examples_are_right():
    assert_examples_are_right("vision.keras_loss")


def channels_last(logits, masks):
    return logits.permute(0, 2, 3, 1), masks


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("theirs", ["sum_over_batch_size", "none"])
@pytest.mark.parametrize("prices", [(0.3, 0.7, 1.0), (0.5, 0.5, 1e-6)])
def test_is_that_of_pytorch(channels, theirs, prices):
    alpha, beta, smooth = prices
    logits, masks = scene(channels, dtype=torch.float32)
    settings = {"alpha": alpha, "beta": beta, "smooth": smooth}
    ours = TverskyLoss(**settings, reduction="none" if theirs == "none" else "mean")
    for mask in (masks, with_unknown(masks)):
        keras_loss = keras_twin(**settings, reduction=theirs)
        assert_same(keras_loss, ours, logits, mask, to_keras=channels_last)


@pytest.mark.parametrize("value", [-1e4, 20.0, 1e4])
def test_extremes_are_those_of_pytorch(value):
    _, masks = scene()
    logits = torch.full((3, 1, 12, 10), value)
    assert_same(keras_twin(), TverskyLoss(), logits, masks, to_keras=channels_last)


@pytest.mark.parametrize(
    ("mask", "logits"),
    [
        (torch.full((1, 2, 2), 2), torch.zeros(1, 2, 2, 1)),
        (torch.zeros(1, 2, 2), torch.zeros(1, 1, 2, 2)),
        (torch.zeros(1, 2, 2, 1), torch.zeros(1, 2, 2, 1)),
    ],
)
def test_what_does_not_fit_is_refused(mask, logits):
    with pytest.raises(ValueError, match="Tversky"):
        keras_twin()(mask, logits)


def test_settings_survive_keras_own_saving():
    logits, masks = scene(dtype=torch.float32)
    loss = keras_twin(alpha=0.1, beta=0.9, smooth=2.0)
    again = type(loss).from_config(loss.get_config())
    pair = masks, logits.permute(0, 2, 3, 1)
    torch.testing.assert_close(again(*pair), loss(*pair))
