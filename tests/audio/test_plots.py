"""What the page of a denoising shows and plays."""

import io

import numpy as np
import pytest
import soundfile

from audio.baselines import ideal_mask, spectral_subtraction
from audio.data import Mixtures
from audio.metrics import si_sdr
from audio.plots import draw, gains, telling, versions, wav
from common.outcome import Outcome
from common.report.plots import png
from common.training.history import History

pytestmark = pytest.mark.filterwarnings("error")


def mixtures(count=8, samples=16_000):
    generator = np.random.default_rng(0)
    time = np.arange(samples) / 16_000
    clean = 0.3 * np.sin(2 * np.pi * 440 * time) * np.ones((count, 1))
    snr = np.linspace(-5, 15, count)
    noise = generator.normal(size=clean.shape) * 0.21 * 10 ** (-snr[:, None] / 20)
    kinds = np.array((["rain", "hum", "street", "fan"] * count)[:count])
    return Mixtures(
        clean.astype(np.float32),
        (clean + noise).astype(np.float32),
        snr,
        np.array(["anna"] * count),
        kinds,
    )


def outcomes(test):
    history = History([{"epoch": 1, "train_loss": 1.0}], 1, "epochs")
    half = (test.noisy + test.clean) / 2
    return [
        Outcome("mse", {}, half, history, 1.0),
        Outcome("hearing", {}, 0.9 * half, history, 1.0),
        Outcome("noisy", {}, test.noisy),
        Outcome("subtraction", {}, half),
    ]


@pytest.fixture(scope="module")
def drawn():
    """The pictures of eight mixtures, drawn once: it takes most of a second."""
    test = mixtures()
    return draw(test, outcomes(test))


@pytest.mark.parametrize("count", [1, 2, 8])
def test_all_pictures_are_drawn(count, drawn):
    test = mixtures(count)
    pictures = drawn if count == 8 else draw(test, outcomes(test))
    assert [p.title for p in pictures][-2:] == ["Gain by how noisy it was", "Gain by noise"]
    for picture in pictures:
        assert picture.caption
        assert (picture.figure is None) == bool(picture.table)
        if picture.figure is not None:
            assert len(png(picture.figure)) > 5_000


def test_every_spectrogram_names_its_unit(drawn):
    panels = drawn[0].figure.axes
    named = [axes.get_ylabel() for axes in panels]
    assert named == ["", "kHz"] * (len(panels) // 2)


def test_every_version_is_played_in_the_order_of_the_lesson(drawn):
    first = drawn[0]
    assert [name for name, _ in first.sounds] == ["noisy", "mse", "hearing", "clean"]
    for _, content in first.sounds:
        sound, rate = soundfile.read(io.BytesIO(content))
        assert (len(sound), rate) == (16_000, 16_000)


def test_mixtures_with_different_noises_near_zero_decibels_are_shown(drawn):
    test = mixtures()
    rows = telling(test)
    assert len({test.kinds[row] for row in rows}) == len(rows) == 3
    assert abs(test.snr[rows[0]]) == np.abs(test.snr).min()
    assert f"{round(float(test.snr[rows[0]]))} dB" in drawn[0].title


def test_what_is_played_keeps_its_ratios_and_is_not_clipped():
    test = mixtures()
    loud = {"mse": 4 * test.noisy}
    sounds = versions(test, loud, 0)
    assert max(np.abs(sound).max() for sound in sounds.values()) == pytest.approx(0.99)
    np.testing.assert_allclose(sounds["mse"], 4 * sounds["noisy"], rtol=1e-6)
    quiet = versions(test, {}, 7)
    np.testing.assert_array_equal(quiet["clean"], test.clean[7])


def test_a_wav_holds_what_was_given():
    sound = np.linspace(-1, 1, 100).astype(np.float32)
    read, _ = soundfile.read(io.BytesIO(wav(sound)))
    np.testing.assert_allclose(read, sound, atol=2 / 32768)


def test_gain_by_noise_is_the_mean_of_its_mixtures(drawn):
    test = mixtures()
    made = outcomes(test)
    table = drawn[-1].table
    gained = gains(test, made[0])
    for line in table:
        rows = test.kinds == line["noise"]
        assert line["mixtures"] == f"{rows.sum()}"
        assert line["mse"] == f"{gained[rows].mean():+.1f}"
    assert "noisy" not in table[0]


def test_subtraction_and_the_ideal_mask_clean():
    test = mixtures()
    before = si_sdr(test.noisy, test.clean)
    subtracted = si_sdr(spectral_subtraction(test.noisy, test.noisy - test.clean), test.clean)
    ideal = si_sdr(ideal_mask(test.noisy, test.clean), test.clean)
    assert (subtracted > before + 3).all()
    assert (ideal > subtracted).all()


def test_a_mask_of_ones_leaves_the_sound_as_it_was():
    sounds = np.random.default_rng(0).normal(size=(2, 999)).astype(np.float32)
    for kept in (spectral_subtraction(sounds, np.zeros_like(sounds)), ideal_mask(sounds, sounds)):
        np.testing.assert_allclose(kept, sounds, rtol=0, atol=1e-6)


def test_silence_is_subtracted_and_masked_without_harm():
    silence = np.zeros((1, 1000), np.float32)
    assert (spectral_subtraction(silence, silence) == 0).all()
    assert (ideal_mask(silence, silence) == 0).all()
