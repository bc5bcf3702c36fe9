"""The loss in Keras against the loss in PyTorch."""

import pytest
import torch

from audio.loss import RESOLUTIONS, MultiResolutionSTFTLoss
from tests.audio.test_loss import SMALL, sounds
from tests.common.keras_twins import assert_examples_are_right, assert_same


def keras_twin(**settings):
    """Return our loss in Keras, which takes seconds to import: not for all who collect tests."""
    from audio.keras_loss import MultiResolutionSTFT

    return MultiResolutionSTFT(**settings)


def test_its_examples_are_right():
    assert_examples_are_right("audio.keras_loss")


@pytest.mark.parametrize("resolutions", [SMALL, RESOLUTIONS])
@pytest.mark.parametrize("theirs", ["sum_over_batch_size", "none"])
@pytest.mark.parametrize("error", [1e-3, 0.3, 3.0])
def test_is_that_of_pytorch(resolutions, theirs, error):
    estimate, clean = sounds(samples=1500, dtype=torch.float32, error=error)
    reduction = "none" if theirs == "none" else "mean"
    ours = MultiResolutionSTFTLoss(resolutions=resolutions, reduction=reduction)
    keras_loss = keras_twin(resolutions=resolutions, reduction=theirs)
    assert_same(keras_loss, ours, estimate, clean)


def test_silence_and_a_perfect_answer_are_finite_with_finite_gradients():
    _, clean = sounds(dtype=torch.float32)
    silence = torch.zeros_like(clean)
    ours = MultiResolutionSTFTLoss(resolutions=SMALL)
    for pair in ((silence, silence), (clean, clean), (silence, clean), (clean, silence)):
        assert_same(keras_twin(resolutions=SMALL), ours, *pair)


@pytest.mark.parametrize("shapes", [((2, 9), (2, 8)), ((8,), (8,)), ((2, 1, 8), (2, 1, 8))])
def test_what_does_not_fit_is_refused(shapes):
    with pytest.raises(ValueError, match="MultiResolutionSTFT"):
        keras_twin()(torch.zeros(shapes[0]), torch.zeros(shapes[1]))


def test_settings_survive_keras_own_saving():
    estimate, clean = sounds(dtype=torch.float32)
    loss = keras_twin(resolutions=SMALL)
    again = type(loss).from_config(loss.get_config())
    torch.testing.assert_close(again(clean, estimate), loss(clean, estimate))
