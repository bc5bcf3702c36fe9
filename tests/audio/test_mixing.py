"""Mixing is exact, whatever is mixed."""

import numpy as np
import pytest
import torch

from audio.mixing import FADE, QUIETEST, fit_length, mix, mixed, power, unclipped
from common.errors import UserError


def ratio(clean, mixture):
    """The definition, by hand in float64."""
    clean, mixture = clean.astype(np.float64), mixture.astype(np.float64)
    return 10 * np.log10(np.sum(clean**2) / np.sum((mixture - clean) ** 2))


@pytest.mark.parametrize("snr", [-30.0, -5.0, 0.0, 7.3, 15.0, 60.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
def test_ratio_is_exact_to_a_hundredth_of_a_decibel(snr, scale):
    draw = np.random.default_rng(0)
    clean = (0.1 * draw.normal(size=16_000)).astype(np.float32)
    noise = (scale * draw.uniform(-0.5, 0.9, 16_000)).astype(np.float32)
    assert ratio(clean, mix(clean, noise, snr)) == pytest.approx(snr, abs=0.01)


@pytest.mark.parametrize("samples", [1, 3, 399, 5000, 15_999, 16_001, 40_000])
def test_ratio_is_exact_with_noise_of_any_length(samples):
    draw = np.random.default_rng(1)
    clean, noise = draw.normal(size=16_000), 0.1 + draw.normal(size=samples)
    assert ratio(clean, mix(clean, noise, 5.0)) == pytest.approx(5.0, abs=0.01)


def test_each_clip_of_a_batch_is_mixed_as_if_it_were_alone():
    draw = torch.Generator().manual_seed(4)
    clean = torch.rand(3, 400, generator=draw) * torch.tensor([[1.0], [0.1], [0.01]])
    noise, wanted = torch.rand(3, 400, generator=draw) - 0.3, torch.tensor([-5.0, 0.0, 15.0])
    mixtures = mixed(clean, noise, wanted)
    for row, snr in enumerate(wanted.tolist()):
        one = slice(row, row + 1)
        assert torch.equal(mixed(clean[one], noise[one], wanted[one])[0], mixtures[row])
        assert ratio(clean[row].numpy(), mixtures[row].numpy()) == pytest.approx(snr, abs=0.01)


def test_what_rounding_left_of_a_silence_is_not_blown_up():
    clean, noise = torch.ones(2, 100), torch.full((2, 100), QUIETEST / 100)
    noise[1] = 0
    added = mixed(clean, noise, torch.zeros(2)) - clean
    assert added[0].abs().max() == pytest.approx(0.01, rel=1e-3)
    assert added[1].abs().max() == 0
    assert not mixed(torch.zeros(2, 100), noise, torch.zeros(2)).any()


def test_inputs_are_not_modified():
    clean, noise = np.ones(100, np.float32), np.full(30, 0.5, np.float32)
    mix(clean, noise, 0.0)
    assert clean.tolist() == [1.0] * 100
    assert noise.tolist() == [0.5] * 30


@pytest.mark.parametrize(
    ("clean", "noise", "what"), [(0.0, 1.0, "clean speech"), (1.0, 0.0, "noise")]
)
def test_silence_is_refused_by_name(clean, noise, what):
    with pytest.raises(UserError, match=f"the {what} is silent: no ratio of 5 dB"):
        mix(np.full(10, clean), np.full(10, noise), 5.0)


def test_noise_without_samples_is_refused():
    with pytest.raises(UserError, match="holds no samples"):
        mix(np.ones(10), np.zeros(0), 0.0)


def test_looped_noise_has_no_seam_and_keeps_its_power():
    tone = np.sin(2 * np.pi * 440.37 * np.arange(4000) / 16_000)
    looped = fit_length(tone, 30_000)
    assert np.abs(np.diff(looped)).max() < 1.5 * np.abs(np.diff(tone)).max()
    hiss = np.random.default_rng(2).normal(size=4000)
    looped = fit_length(hiss, 400_000)
    seams = looped[4000 - FADE : 4000]
    assert power(looped) == pytest.approx(power(hiss), rel=0.02)
    assert power(seams) == pytest.approx(power(hiss), rel=0.25)


def test_noise_long_enough_is_cut_and_not_touched():
    noise = np.arange(10.0)
    np.testing.assert_array_equal(fit_length(noise, 7), noise[:7])
    np.testing.assert_array_equal(fit_length(noise, 10), noise)


def test_unclipped_keeps_the_ratio():
    draw = np.random.default_rng(3)
    clean = draw.normal(size=1000)
    mixture = mix(clean, draw.normal(size=1000), -5.0)
    quieter, clean_too = unclipped(mixture, clean)
    assert np.abs(quieter).max() == pytest.approx(0.99)
    assert ratio(clean_too, quieter) == pytest.approx(-5.0, abs=0.01)
