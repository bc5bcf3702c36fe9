"""Figures that are right: against other packages and against what a hand computes."""

import numpy as np
import pystoi
import pytest
import torch
from torchmetrics.functional.audio import scale_invariant_signal_distortion_ratio

from audio import metrics
from audio.loss import SISDRLoss
from audio.metrics import (
    METRICS,
    level,
    log_spectral_distance,
    mean_of,
    pesq,
    si_sdr,
    sound_metrics,
    stoi,
)


def clips(count=3, samples=16_000, error=0.5):
    """Something like syllables, and estimates of them."""
    generator = np.random.default_rng(0)
    pace = np.clip(np.sin(2 * np.pi * 4 * np.arange(samples) / 16_000), 0, None)
    clean = generator.normal(0, 0.1, (count, samples)) * pace
    return clean + error * generator.normal(0, 0.05, clean.shape), clean


def test_si_sdr_is_that_of_torchmetrics_and_of_the_loss():
    estimate, clean = clips()
    tensors = torch.from_numpy(estimate), torch.from_numpy(clean)
    expected = scale_invariant_signal_distortion_ratio(*tensors)
    np.testing.assert_allclose(si_sdr(estimate, clean), expected, rtol=1e-6)
    np.testing.assert_allclose(si_sdr(estimate, clean), -SISDRLoss(reduction="none")(*tensors))


def test_si_sdr_has_no_meaning_for_a_silent_clip():
    assert np.isnan(si_sdr(np.ones(10), np.zeros(10)))
    assert np.isfinite(si_sdr(np.zeros(10), np.ones(10)))


def test_log_spectral_distance_is_what_a_hand_computes():
    """One frame with two cells' worth of difference: 6 dB in every bin, then in half of them."""
    generator = np.random.default_rng(0)
    clean = generator.normal(size=512)
    assert log_spectral_distance(0.5 * clean, clean) == pytest.approx(20 * np.log10(2), abs=1e-6)
    twice = np.concatenate([clean, clean])
    half = np.concatenate([0.5 * clean, clean])
    distance = log_spectral_distance(half, twice, hop=512)
    assert distance == pytest.approx(20 * np.log10(2) / 2, abs=1e-6)


def test_log_spectral_distance_hears_no_difference_between_silences():
    clean = np.random.default_rng(0).normal(size=2048)
    clean[1024:] *= 1e-7
    estimate = clean.copy()
    estimate[1024:] = 0
    assert log_spectral_distance(estimate, clean, hop=512) == pytest.approx(0, abs=1e-9)
    assert log_spectral_distance(np.zeros(1024), np.zeros(1024)) == 0


def test_level_is_in_decibels():
    _, clean = clips()
    np.testing.assert_allclose(level(2 * clean, clean), 20 * np.log10(2))
    assert np.isnan(level(np.zeros(640), np.ones(640)))
    assert np.isnan(level(np.ones(4), np.ones(4)))


def test_level_is_that_of_the_speech_and_not_of_the_pauses():
    """A second of voice, a second of pause: the noise left in the pause is as loud as the voice."""
    voice = np.random.default_rng(0).normal(size=16_000)
    clean = np.concatenate([voice, 0.01 * voice])
    estimate = np.concatenate([0.8 * voice, voice])
    assert level(estimate, clean) == pytest.approx(20 * np.log10(0.8))


def test_stoi_is_pystois():
    estimate, clean = clips()
    expected = pystoi.stoi(clean[0], estimate[0], 16_000)
    assert stoi(estimate[0], clean[0], 16_000) == pytest.approx(expected)
    assert 0.3 < expected < 1


@pytest.mark.parametrize("samples", [1, 100, 16_000])
@pytest.mark.filterwarnings("error")
def test_referees_are_silent_about_silence_and_short_clips(samples):
    silence = np.zeros(samples)
    for judge in (stoi, pesq):
        assert np.isnan(judge(silence, silence, 16_000))
    assert np.isnan(stoi(silence + 0.1, silence, 16_000))


def test_pesq_is_told_apart_from_noise():
    pytest.importorskip("pesq")
    estimate, clean = clips(samples=48_000)
    worse, _ = clips(samples=48_000, error=4)
    assert 1 <= pesq(worse[0], clean[0], 16_000) < pesq(estimate[0], clean[0], 16_000) < 4.7
    assert np.isnan(pesq(estimate[0], clean[0], 48_000))


def test_pesq_is_left_out_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(metrics.importlib.util, "find_spec", lambda name: None)
    estimate, clean = clips()
    assert np.isnan(sound_metrics(estimate, estimate, clean, sample_rate=16_000)["pesq"])


def test_every_figure_is_there_and_finite():
    noisy, clean = clips(error=2, samples=32_000)
    estimate = 0.5 * noisy + 0.5 * clean
    figures = sound_metrics(estimate, noisy, clean, sample_rate=16_000)
    assert set(figures) == {metric.key for metric in METRICS}
    assert figures["gain"] == pytest.approx(figures["si_sdr"] - si_sdr(noisy, clean).mean())
    assert figures["worse"] == 0
    assert sound_metrics(noisy, estimate, clean, sample_rate=16_000)["worse"] == 1
    assert all(np.isfinite(v) for k, v in figures.items() if k != "pesq")


def test_a_silent_clip_does_not_spoil_the_mean():
    estimate, clean = clips()
    alone = sound_metrics(estimate[1:], estimate[1:], clean[1:], sample_rate=16_000)
    clean[0] = 0
    figures = sound_metrics(estimate, estimate, clean, sample_rate=16_000)
    assert figures["si_sdr"] == pytest.approx(alone["si_sdr"])
    assert figures["stoi"] == pytest.approx(alone["stoi"])


def test_the_mean_of_nothing_known_is_not_known():
    assert np.isnan(mean_of(np.array([np.nan])))
    assert np.isnan(mean_of(np.array([])))
