"""Sounds by other hands: the networks are twins, and transform a sound alike."""

import torch

from audio.comparison import COMPARISON, with_pytorch
from audio.settings import AudioSettings
from audio.task import TASK
from common.comparison.ways import code_of
from tests.audio.voices import four_voices
from tests.common.comparison.twins import assert_twins, network_of


def test_the_plain_networks_are_twins(tmp_path):
    source = four_voices(tmp_path)
    settings = AudioSettings(
        epochs=1, width=8, batch_size=8, shares="50/25/25", device="cpu", loss="stft"
    )
    assert_twins(TASK, source, settings, network=network_of)


def test_with_the_same_weights_they_answer_the_same():
    from audio.comparison import with_keras

    ours, theirs = with_pytorch.PlainMask(8, 1), with_keras.PlainMask(8, 1)
    sound = 0.1 * torch.randn(2, 8_000, generator=torch.Generator().manual_seed(0))
    theirs(sound)
    layers = [*ours.layers, ours.mask]
    for layer, twin in zip(layers, [*theirs.hidden, theirs.mask], strict=True):
        kernel = layer.weight.detach().permute(2, 1, 0).numpy()
        twin.set_weights([kernel, layer.bias.detach().numpy()])
    with torch.no_grad():
        torch.testing.assert_close(theirs(sound), ours(sound), rtol=1e-3, atol=1e-4)


def test_what_a_loss_inherits_in_this_domain_is_shown_and_counted_too():
    classes = [line for line in code_of(COMPARISON.ways[0]).splitlines() if line[:6] == "class "]
    assert [line.split("(")[0] for line in classes] == [
        "class PlainMask",
        "class WaveformLoss",
        "class SpectralLoss",
        "class MultiResolutionSTFTLoss",
    ]
