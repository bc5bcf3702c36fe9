"""Files of any length, rate and number of channels, cleaned in constant memory."""

import itertools
import tracemalloc

import numpy as np
import pytest
import soundfile
import torch

from audio.level import MOST_GAIN, Level, restored
from audio.model import HOP, MASK_EXPONENT, MaskNetwork
from audio.predict import clean_file, predict_file
from audio.streaming import CHUNK, Denoiser, cleaned
from common.errors import UserError


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return MaskNetwork(width=16).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def passing():
    """A network that lets everything through."""
    model = MaskNetwork(width=4).eval()
    torch.nn.init.zeros_(model.mask.weight)
    torch.nn.init.zeros_(model.skip.weight)
    torch.nn.init.constant_(model.skip.bias, 30.0)
    return model.requires_grad_(False)


def noise(channels, samples, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, (channels, samples)).astype(np.float32)


def in_blocks(sound, sizes):
    start = 0
    for size in itertools.cycle(sizes):
        if start >= sound.shape[1]:
            return
        yield sound[:, start : start + size]
        start += size


def whole_of(network, sound):
    with torch.no_grad():
        return Denoiser(network)(torch.from_numpy(sound)).numpy()


def test_nobody_waits_for_the_disk(network, tmp_path, monkeypatch):
    soundfile.write(tmp_path / "in.wav", noise(1, 8000).T, 16_000)
    told = []
    monkeypatch.setattr(soundfile.SoundFile, "flush", lambda file: told.append(file))
    clean_file(network, tmp_path / "in.wav", tmp_path / "out.wav")
    monkeypatch.undo()
    assert told == []
    assert soundfile.info(tmp_path / "out.wav").frames == 8000


@pytest.mark.parametrize("sizes", [[65_536], [1000], [CHUNK], [1, 7777, 300_000], [10**9]])
def test_chunked_is_the_whole(network, sizes):
    """25 seconds: four pieces of the network's, in blocks of any size."""
    sound = noise(2, 25 * 16_000 + 123)
    pieces = np.concatenate(list(cleaned(network, in_blocks(sound, sizes))), axis=1)
    np.testing.assert_allclose(pieces, whole_of(network, sound), atol=1e-5)


@pytest.mark.parametrize("samples", [1, 255, HOP, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_every_length_comes_out_as_long(network, samples):
    sound = noise(1, samples)
    pieces = np.concatenate(list(cleaned(network, [sound])), axis=1)
    np.testing.assert_allclose(pieces, whole_of(network, sound), atol=1e-5)


def test_nothing_gives_nothing(network):
    assert list(cleaned(network, [])) == []


def test_memory_does_not_grow_with_the_length(network):
    def peak(seconds):
        blocks = (noise(1, 16_000, seed=second) for second in range(seconds))
        tracemalloc.start()
        for _ in cleaned(network, blocks):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(120) < 1.2 * peak(30)


# --- level -----------------------------------------------------------------------------------


def test_wieners_mask_is_given_the_level_of_the_speech():
    """Cells of Gaussian speech and noise of known power, masked by Wiener's rule with caution."""
    generator = np.random.default_rng(0)
    power = generator.exponential(size=(1, 200_000))
    speech = np.sqrt(power) * generator.normal(size=power.shape)
    noisy = speech + 0.7 * generator.normal(size=power.shape)
    estimate = (power / (power + 0.49)) ** MASK_EXPONENT * noisy
    lost = 10 * np.log10((estimate**2).mean() / (speech**2).mean())
    level = 10 * np.log10((restored(noisy, estimate) ** 2).mean() / (speech**2).mean())
    assert lost < -0.7
    assert level == pytest.approx(0, abs=0.1)


def test_level_is_raised_within_bounds():
    loud = np.ones((1, 100))
    assert restored(loud, 0.01 * loud).max() == pytest.approx(0.01 * MOST_GAIN)
    assert restored(loud, 2 * loud).max() == 2
    assert restored(loud, -loud).max() == -1
    assert Level().gain == 1
    assert (restored(loud, 0 * loud) == 0).all()


# --- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_file_keeps_rate_channels_and_length(network, tmp_path, rate, channels):
    source, out = tmp_path / "шум.wav", tmp_path / "чисто.wav"
    soundfile.write(source, noise(channels, rate // 2 + 13).T, rate, subtype="PCM_24")
    clean_file(network, source, out)
    before, after = soundfile.info(source), soundfile.info(out)
    for name in ("samplerate", "channels", "frames", "format", "subtype"):
        assert getattr(after, name) == getattr(before, name), name


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_what_passes_the_network_stays_in_its_place(passing, tmp_path, rate):
    """A network that takes nothing away gives the file back, not a sample late."""
    time = np.arange(10 * rate) / rate
    sound = np.stack([np.sin(2 * np.pi * f * time) * np.hanning(len(time)) for f in (440, 700)])
    soundfile.write(tmp_path / "a.wav", 0.5 * sound.T, rate, subtype="FLOAT")
    clean_file(passing, tmp_path / "a.wav", tmp_path / "b.wav")
    after, _ = soundfile.read(tmp_path / "b.wav")
    np.testing.assert_allclose(after, 0.5 * sound.T, atol=1e-3)


def test_nothing_is_clipped(passing, tmp_path):
    sound = np.sign(np.sin(np.arange(48_000) / 20))  # full scale throughout
    soundfile.write(tmp_path / "a.wav", sound, 48_000, subtype="PCM_16")
    clean_file(passing, tmp_path / "a.wav", tmp_path / "b.wav")
    after, _ = soundfile.read(tmp_path / "b.wav")
    assert 0.9 < np.abs(after).max() <= 0.99 + 1e-4


def test_silence_and_one_sample_are_cleaned(network, tmp_path):
    for name, samples in (("silent", 16_000), ("one", 1)):
        source, out = tmp_path / f"{name}.wav", tmp_path / f"{name}-out.wav"
        soundfile.write(source, np.zeros(samples), 16_000)
        done = clean_file(network, source, out)
        assert soundfile.info(out).frames == samples
        assert any("silent" in note for note in done.notes)


def test_samples_that_are_no_numbers_are_said(network, tmp_path):
    sound = noise(1, 16_000)[0]
    sound[100:110] = np.nan
    soundfile.write(tmp_path / "a.wav", sound, 16_000, subtype="FLOAT")
    done = clean_file(network, tmp_path / "a.wav", tmp_path / "b.wav")
    after, _ = soundfile.read(tmp_path / "b.wav")
    assert np.isfinite(after).all()
    assert any("10 samples are no numbers" in note for note in done.notes)


def test_a_file_is_never_cleaned_into_itself(network, tmp_path):
    soundfile.write(tmp_path / "a.wav", noise(1, 800).T, 16_000)
    before = (tmp_path / "a.wav").read_bytes()
    with pytest.raises(UserError, match="name another"):
        predict_file(network, tmp_path / "a.wav", tmp_path / "." / "a.wav")
    with pytest.raises(UserError, match="name another"):
        predict_file(network, tmp_path, tmp_path)
    assert (tmp_path / "a.wav").read_bytes() == before


def test_a_failure_leaves_what_was_there(network, tmp_path):
    (tmp_path / "broken.wav").write_text("no sound at all", encoding="utf-8")
    (tmp_path / "out.wav").write_bytes(b"precious")
    with pytest.raises(UserError, match="no sound found"):
        predict_file(network, tmp_path / "broken.wav", tmp_path / "out.wav")
    assert (tmp_path / "out.wav").read_bytes() == b"precious"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_is_cleaned_with_its_sub_folders(network, tmp_path):
    rates = {"а.wav": 8000, "б/в.flac": 44_100, "б/г.ogg": 48_000}
    for name, rate in rates.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(tmp_path / "in" / name, noise(1, rate // 4).T, rate)
    line = predict_file(network, tmp_path / "in", tmp_path / "out")
    assert line.startswith("3 of 3 sounds cleaned, 0.8 s, in ")
    for name, rate in rates.items():
        assert soundfile.info(tmp_path / "out" / name).samplerate == rate


def test_one_bad_file_does_not_cost_the_others(network, tmp_path):
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "a.wav", noise(1, 800).T, 16_000)
    (tmp_path / "in" / "b.wav").write_text("text", encoding="utf-8")
    with pytest.raises(UserError, match="1 of 2 sounds cleaned.*b.wav: no sound found"):
        predict_file(network, tmp_path / "in", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.wav"]
