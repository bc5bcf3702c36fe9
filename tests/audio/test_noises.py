"""Noises made by code: what they are called is what they are."""

import itertools

import numpy as np
import pytest
from scipy.signal import welch

from audio.synthetic.noises import KINDS, babble, make
from audio.synthetic.noises.synthesis import in_a_room
from common.errors import UserError

RATE = 16_000


def draw(seed=0):
    return np.random.default_rng(seed)


def slope(sound, low=100, high=6000):
    """Decibels an octave, fitted to Welch's spectrum."""
    hertz, power = welch(sound, RATE, nperseg=2048)
    band = (hertz > low) & (hertz < high)
    return np.polyfit(np.log2(hertz[band]), 10 * np.log10(power[band]), 1)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_finite_audible_and_within_full_scale(kind):
    for seed in range(4):
        sound = make(kind, 3.0, RATE, draw(seed))
        assert sound.shape == (3 * RATE,)
        assert sound.dtype == np.float32
        assert np.abs(sound).max() <= 1
        assert np.square(sound).mean() > 1e-7
        assert abs(sound.mean()) < 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_noise_and_another_seed_another(kind):
    first, again, other = (make(kind, 1.0, RATE, draw(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.9


@pytest.mark.parametrize(("kind", "expected"), [("white", 0), ("pink", -3.01), ("brown", -6.02)])
def test_colours_fall_as_their_names_say(kind, expected):
    assert slope(make(kind, 20.0, RATE, draw())) == pytest.approx(expected, abs=0.2)


def test_hum_stands_on_the_mains():
    for seed in range(5):
        hertz, power = welch(make("hum", 8.0, RATE, draw(seed)), RATE, nperseg=RATE)
        strongest = hertz[power.argmax()]
        assert abs(strongest - 50 * round(strongest / 50)) <= 0.02 * strongest + 1


def test_walls_answer_as_loud_and_as_long_as_they_are_told():
    click = np.zeros(RATE)
    click[0] = 1.0
    heard = in_a_room(click, RATE, draw(), decay=0.4, loud=0.5)
    answer = heard - click
    assert np.sqrt(np.square(answer).sum()) == pytest.approx(0.5)
    left = 10 * np.log10(np.square(answer)[::-1].cumsum()[::-1])  # Schroeder's integral
    time = np.arange(RATE) / RATE
    within = (time > 0.02) & (time < 0.3)
    assert np.polyfit(time[within], left[within], 1)[0] == pytest.approx(-60 / 0.4, rel=0.1)
    assert np.abs(answer[int(0.4 * RATE) :]).max() < 1e-15


def test_cries_have_pauses_and_harmonics():
    loud = [np.square(make("cries", 8.0, RATE, draw(seed))).reshape(-1, 800) for seed in range(8)]
    quiet = [np.mean(x.mean(1) < 0.1 * x.mean(1).max()) for x in loud]
    assert np.median(quiet) > 0.3
    flat = []
    for seed in range(8):
        _, power = welch(make("cries", 8.0, RATE, draw(seed)), RATE, nperseg=1024)
        flat.append(np.exp(np.log(power).mean()) / power.mean())
    assert np.median(flat) < 0.3


@pytest.mark.parametrize("kind", ["clicks", "clatter", "keyboard", "splashes"])
def test_what_strikes_is_peaked_and_what_blows_is_not(kind):
    def crest(name):
        sounds = [make(name, 4.0, RATE, draw(seed)) for seed in range(5)]
        return np.median([np.abs(x).max() / np.sqrt(np.square(x).mean()) for x in sounds])

    assert crest(kind) > 2 * crest("fan")


@pytest.mark.parametrize("kind", KINDS)
def test_short_noise_and_other_rates_work(kind):
    for seconds, rate in itertools.product((0.01, 0.3), (8_000, 48_000)):
        sound = make(kind, seconds, rate, draw())
        assert len(sound) == round(seconds * rate), (seconds, rate)
        assert np.isfinite(sound).all(), (seconds, rate)


def test_babble_is_made_of_the_voices_given():
    voices = [make("glides", 2.0, RATE, draw(seed)) for seed in range(4)]
    crowd = babble(voices, 3.0, RATE, draw())
    assert crowd.shape == (3 * RATE,)
    assert 0.01 < np.sqrt(np.square(crowd).mean()) <= 0.11
    alone = babble(voices[:1], 2.0, RATE, draw())
    spectra = [np.abs(np.fft.rfft(x)) for x in (alone, voices[0])]
    assert np.corrcoef(*spectra)[0, 1] > 0.5


def test_unknown_kinds_and_impossible_lengths_are_refused():
    with pytest.raises(UserError, match="unknown noise 'kettel'; did you mean 'kettle'"):
        make("kettel", 1.0, RATE, draw())
    for seconds in (0.0, -1.0, float("nan")):
        with pytest.raises(UserError, match="expected at least 0.01"):
            make("white", seconds, RATE, draw())
