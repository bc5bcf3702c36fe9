"""Sounds cleaned from Python."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch

import audio
from audio.sound_files import read
from audio.task import TASK
from common.errors import UserError
from common.runs import learning
from tests.audio.voices import hiss, run, syllables

QUICK = {"shares": "50/25/25", "epochs": 1, "width": 8, "batch_size": 8, "device": "cpu"}


@pytest.fixture(scope="module")
def model(folders):
    return audio.fit(folders / "речь", folders / "шум", progress=False, **QUICK)


def noisy(seconds=1.5, rate=16_000):
    return syllables(seconds, pitch=130, rate=rate) + hiss(seconds, rate=rate)


def test_three_lines_clean_samples_and_files(model, folders, tmp_path):
    assert model.metrics["si_sdr"] > 0
    figures = model.evaluate(folders / "речь", folders / "шум")
    by_name = model.evaluate(clean=folders / "речь", noise=folders / "шум")
    assert figures["si_sdr"] == pytest.approx(by_name["si_sdr"])
    assert 0 < figures.trained_on < figures.examples
    samples = noisy()
    clean = model.predict(samples)
    assert clean.shape == samples.shape
    soundfile.write(tmp_path / "noisy.wav", samples, 16_000, "FLOAT")
    sound = model.predict(tmp_path / "noisy.wav")
    assert sound.sample_rate == 16_000
    np.testing.assert_allclose(sound.samples[0], clean, atol=1e-6)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_in_memory_it_is_what_is_written_to_a_file(model, tmp_path, rate):
    stereo = np.stack([noisy(rate=rate), noisy(rate=rate)[::-1]])
    soundfile.write(tmp_path / "noisy.wav", stereo.T, rate, "FLOAT")
    said = model.predict(tmp_path / "noisy.wav", out=tmp_path / "clean.wav")
    cleaned, _, level = said.rpartition(", ")
    assert cleaned == f"1.5 s cleaned in {tmp_path / 'clean.wav'} ({rate:,} Hz, 2 channels"
    assert level in ("-23 dB of full scale)", "-24 dB of full scale)")
    written = read(tmp_path / "clean.wav").samples
    clean = model.predict(stereo.astype(np.float32), sample_rate=rate)
    np.testing.assert_allclose(clean, written, atol=1e-4)


def test_a_saved_run_cleans_as_the_fitted_model(model, tmp_path):
    model.save(tmp_path / "run")
    soundfile.write(tmp_path / "noisy.wav", noisy(), 16_000, "FLOAT")
    loaded = audio.load(tmp_path / "run", device="cpu")
    ours, theirs = loaded.predict(noisy()), model.predict(noisy())
    assert np.array_equal(ours, theirs)
    words = ("predict", tmp_path / "run", tmp_path / "noisy.wav", "--out", tmp_path / "clean.wav")
    assert run(*words, "--device", "cpu") == 0
    np.testing.assert_allclose(read(tmp_path / "clean.wav").samples[0], ours, atol=1e-4)
    assert loaded.evaluate() == pytest.approx(model.metrics, nan_ok=True)


def test_damaged_weights_are_told(model, tmp_path):
    model.save(tmp_path / "run")
    broken = audio.load(tmp_path / "run", device="cpu")
    for weights in broken.pipeline.model.parameters():
        weights.fill_(float("nan"))
    soundfile.write(tmp_path / "noisy.wav", noisy(), 16_000)
    for options in ({}, {"out": tmp_path / "clean.wav"}):
        with pytest.raises(UserError, match="answers are not finite: its weights are damaged"):
            broken.predict(tmp_path / "noisy.wav", **options)
    assert not (tmp_path / "clean.wav").exists()


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros(4, np.int16), "samples are int16 (4,), expected float"),
        (np.zeros((1, 2, 3)), "expected float (n,) or (channels, n)"),
        (np.zeros(0), "expected float"),
        (np.full(4, np.nan), "not all finite"),
        (None, "samples are object"),
    ],
)
def test_what_is_no_sound_is_refused(model, samples, says):
    with pytest.raises(UserError) as caught:
        model.predict(samples)
    assert says in str(caught.value)


def test_a_training_begins_from_a_run(model, folders, tmp_path):
    model.save(tmp_path / "run")
    quiet = {"device": "cpu", "progress": False, "start": tmp_path / "run"}
    still = audio.fit(folders / "речь", folders / "шум", lr=1e-12, **quiet)
    assert still.pipeline.settings.batch_size == 8
    begun, first = still.origin.prepared, model.pipeline
    assert begun.preprocessing.loudness == first.preprocessing.loudness
    assert begun.train_data.batch_size == 8
    network = learning.new_model(TASK, begun, still.pipeline.settings).eval()
    pipeline = replace(first, model=network, preprocessing=begun.preprocessing)
    assert torch.equal(pipeline(begun.valid), first(begun.valid))
    lowest = model.history.rows[0]["valid_loss"]
    assert still.history.rows[0]["valid_loss"] == pytest.approx(lowest, rel=1e-4)
    with pytest.raises(UserError, match="--causal True: .* weights fit no other"):
        audio.fit(causal=True, **quiet)
