"""Another sample rate is what librosa makes of it, of a batch and of blocks."""

import librosa
import numpy as np
import pytest
import torch

from audio.resampling import resample, resampled


@pytest.mark.parametrize(
    ("rate", "new"),
    [(8_000, 16_000), (22_050, 16_000), (44_100, 16_000), (192_000, 16_000), (16_000, 44_100)],
)
@pytest.mark.parametrize("samples", [16_000, 1_001, 7, 1])
def test_resampled_batch_is_librosas(rate, new, samples):
    clips = np.random.default_rng(0).normal(size=(4, samples)).astype(np.float32)
    ours = resample(torch.from_numpy(clips), rate, new).numpy()
    theirs = librosa.resample(clips, orig_sr=rate, target_sr=new, res_type="polyphase")
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5


def test_leading_dimensions_are_kept():
    batch = torch.randn(3, 2, 5000)
    assert resample(batch, 8_000, 16_000).shape == (3, 2, 10_000)


@pytest.mark.parametrize("sizes", [[1], [7, 0, 3], [4000], [1, 5000, 1]])
def test_conversion_does_not_depend_on_the_blocks(sizes):
    samples = np.random.default_rng(1).normal(size=(1, sum(sizes))).astype(np.float32)
    cut = np.split(samples, np.cumsum(sizes)[:-1], axis=1)
    for rate in (8_000, 44_100):
        ours = np.concatenate(list(resampled(iter(cut), rate, 16_000)), axis=1)
        whole = np.concatenate(list(resampled(iter([samples]), rate, 16_000)), axis=1)
        np.testing.assert_allclose(ours, whole, atol=1e-6)
