"""Mixtures become tensors; in training they are mixed anew, and the same for the same seed."""

import numpy as np
import pytest
import torch
from scipy.ndimage import uniform_filter1d
from scipy.signal import hilbert

from audio.data import Mixtures
from audio.preprocessing import (
    COLOUR,
    CROP,
    RATIOS,
    WOBBLE,
    SoundPreprocessing,
    coloured,
    played,
    remixed,
)
from common.errors import UserError
from common.training.batches import open_source
from common.training.prediction import predict


def mixtures(count=6, seconds=3.0):
    """Tones of a pitch each, in hiss."""
    generator = np.random.default_rng(0)
    time = np.arange(round(seconds * 16_000)) / 16_000
    clean = np.stack([0.2 * np.sin(2 * np.pi * (200 + 100 * row) * time) for row in range(count)])
    noisy = clean + 0.05 * generator.normal(size=clean.shape)
    named = np.array([f"voice {row}" for row in range(count)])
    return Mixtures(
        clean.astype(np.float32), noisy.astype(np.float32), np.zeros(count), named, named
    )


def epoch(data, number):
    data.set_epoch(number)
    batches = list(data)
    return torch.cat([noisy for noisy, _ in batches]), torch.cat([clean for _, clean in batches])


def test_inputs_are_the_noisy_sounds_as_they_are():
    examples = mixtures()
    prepared = SoundPreprocessing().fit(examples)
    torch.testing.assert_close(prepared.transform(examples), torch.from_numpy(examples.noisy))
    noisy, clean = prepared.data(examples)
    torch.testing.assert_close(clean, torch.from_numpy(examples.clean))
    assert noisy.shape == clean.shape == (6, 48_000)


def test_a_network_that_works_in_place_does_not_alter_the_examples():
    class Centring(torch.nn.Module):
        def forward(self, noisy):
            noisy -= noisy.mean()
            return noisy.mul_(2)

    examples = mixtures()
    noisy, clean = examples.noisy.copy(), examples.clean.copy()
    prepared = SoundPreprocessing(batch_size=4).fit(examples)
    predict(Centring(), prepared.transform(examples), device="cpu")
    for training in (False, True):
        source = open_source(
            prepared.data(examples, training=training),
            part="data",
            batch_size=4,
            device=torch.device("cpu"),
            workers=0,
            seed=None,
        )
        for (batch,), target, _ in source.batches():
            Centring()(batch)
            target.zero_()
    np.testing.assert_array_equal(examples.noisy, noisy)
    np.testing.assert_array_equal(examples.clean, clean)


def test_an_epoch_is_the_same_for_the_same_seed_and_no_other():
    examples = mixtures()
    one, same, other = (
        SoundPreprocessing(batch_size=4, seed=seed).data(examples, training=True)
        for seed in (1, 1, 2)
    )
    first = epoch(one, 3)
    torch.testing.assert_close(epoch(same, 3), first, rtol=0, atol=0)
    assert not torch.equal(epoch(one, 4)[0], first[0])
    assert not torch.equal(epoch(other, 3)[0], first[0])


def test_training_hears_the_noise_that_was_put_into_the_speech():
    """To the last bit, though it is never kept apart."""
    examples = mixtures()
    data = SoundPreprocessing().data(examples, training=True)
    for row, piece in ((0, slice(0, 9)), (5, slice(30_000, 48_000))):
        whole = examples.noisy - examples.clean
        np.testing.assert_array_equal(data._noise(row, piece), whole[row, piece])
        np.testing.assert_array_equal(data._speech(row, piece), examples.clean[row, piece])


@pytest.mark.parametrize("batch_size", [1, 4, 100])
def test_an_epoch_has_as_many_batches_as_it_says(batch_size):
    data = SoundPreprocessing(batch_size=batch_size).data(mixtures(), training=True)
    sizes = [len(noisy) for noisy, _ in data]
    assert len(sizes) == len(data)
    assert sum(sizes) == 6
    assert all(noisy.shape[1] == clean.shape[1] == CROP for noisy, clean in data)


def test_every_clip_is_heard_once_in_an_epoch():
    """Each tone keeps its pitch within the pace and so is known again."""
    data = SoundPreprocessing(batch_size=1).data(mixtures(), training=True)
    _, clean = epoch(data, 0)
    peaks = torch.fft.rfft(clean).abs().argmax(1) / (CROP / 16_000)
    tones = np.arange(200, 800, 100)
    near = np.abs(np.log(peaks.numpy()[:, None] / tones)).argmin(1)
    assert len(set(near.tolist())) >= 4  # a pace of 15 % may bring two tones together


@pytest.mark.parametrize("samples", [1, 500, 999, 1000, 1700])
def test_an_even_pace_is_linear_interpolation(samples):
    sounds = torch.randn(3, 1000, generator=torch.Generator().manual_seed(0))
    expected = np.stack(
        [np.interp(np.linspace(0, 999, samples), np.arange(1000), row) for row in sounds.numpy()]
    )
    got = played(sounds, samples, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(got.numpy(), expected, atol=2e-5)


def test_a_pace_that_wanders_bends_the_pitch_no_further_than_it_says():
    tone = torch.sin(2 * torch.pi * 1000 * torch.arange(48_000) / 16_000)[None]
    strayed = []
    for seed in range(8):
        heard = played(tone, 48_000, WOBBLE, np.random.default_rng(seed))[0].numpy()
        turns = np.unwrap(np.angle(hilbert(heard)))[2000:-2000]
        pitch = np.gradient(turns) * 16_000 / (2 * np.pi)
        strayed.append(np.abs(uniform_filter1d(pitch, 320) / 1000 - 1).max())
    assert max(strayed) < 2 * WOBBLE * 1.05  # two wanderings, which may meet
    assert np.median(strayed) > 0.2 * WOBBLE


def test_a_clip_shorter_than_a_crop_is_taken_whole():
    data = SoundPreprocessing(batch_size=3).data(mixtures(seconds=1.0), training=True)
    noisy, _ = epoch(data, 0)
    assert noisy.shape == (6, 16_000)
    assert noisy.isfinite().all()


def test_ratios_are_within_what_is_said():
    generator = torch.Generator().manual_seed(0)
    speech, noise = torch.randn(2, 400, 4000, generator=generator)
    noisy, clean = remixed(speech, noise, np.random.default_rng(0))
    power = clean.square().mean(1) / (noisy - clean).square().mean(1)
    ratio = 10 * power.log10()
    assert RATIOS[0] - 0.01 <= ratio.min() < RATIOS[0] + 1
    assert RATIOS[1] - 1 < ratio.max() <= RATIOS[1] + 0.01


def test_silence_is_mixed_without_harm():
    sound, silence = torch.ones(2, 1000), torch.zeros(2, 1000)
    for speech, noise in ((sound, silence), (silence, sound), (silence, silence)):
        for made in remixed(speech, noise, np.random.default_rng(0)):
            assert made.isfinite().all()


def test_colour_bends_a_spectrum_and_leaves_what_it_was_given():
    sounds = torch.randn(50, 4096, generator=torch.Generator().manual_seed(0))
    before = sounds.clone()
    bent = coloured(sounds, np.random.default_rng(0))
    torch.testing.assert_close(sounds, before, rtol=0, atol=0)
    gain = 20 * (torch.fft.rfft(bent).abs() / torch.fft.rfft(sounds).abs())[:, 1:-1].log10()
    assert 0.5 * COLOUR < gain.std() < 1.2 * COLOUR
    assert gain.diff(dim=1).abs().max() < 0.1


def test_a_preparation_is_restored_as_it_was():
    prepared = SoundPreprocessing().fit(mixtures())
    values, arrays = prepared.state()
    again = SoundPreprocessing.restore(values, arrays)
    assert again.state() == prepared.state()
    with pytest.raises(UserError, match="sample_rate is 44100, expected 16000"):
        SoundPreprocessing.restore({**values, "sample_rate": 44_100}, arrays)
