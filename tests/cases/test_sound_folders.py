"""Folders of sounds as other people have them, and a page that speaks of them."""

import os
import sys
from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch

from audio.data import load
from audio.model import MaskNetwork
from audio.predict import predict_file
from audio.preprocessing import SoundPreprocessing
from audio.settings import AudioSettings, SoundSource
from audio.task import TASK
from common.errors import UserError
from common.pipeline import Pipeline
from common.runs import store

RATE = 16_000


def put(folder, name, samples, rate=RATE):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)


def hiss(seed, seconds=5, channels=1, rate=RATE):
    return np.random.default_rng(seed).normal(0, 0.1, (seconds * rate, channels))


@pytest.fixture
def noise(tmp_path):
    for number in range(3):
        put(tmp_path / "noises", f"{number}.wav", hiss(50 + number))
    return str(tmp_path / "noises")


@pytest.fixture(scope="module")
def pipeline():
    torch.manual_seed(0)
    preprocessing = SoundPreprocessing()
    source = SoundSource(clean="somewhere/lectures", noise="somewhere/kitchen")
    return Pipeline(preprocessing, MaskNetwork(width=8), AudioSettings(loss="mel"), source)


@pytest.mark.parametrize("differing", [0, 0.3])
def test_opposite_channels_do_not_cancel_out(tmp_path, noise, differing):
    for number, who in enumerate(("anna", "boris", "vera")):
        left = hiss(number)
        right = differing * hiss(9 + number) - left
        put(tmp_path / "speech", f"{who}/a.wav", np.concatenate([left, right], axis=1))
    mixtures = load(SoundSource(clean=str(tmp_path / "speech"), noise=noise))
    assert mixtures.clean.std() > 0.06  # 0.1, less what mixing and the pauses take away
    said = [note for note in mixtures.notes if "opposite" in note]
    assert len(said) == 3
    assert said[0] == (
        "clean: a.wav: its channels are opposite and would cancel out: one was taken"
    )


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_that_are_alike_or_unrelated_are_averaged(tmp_path, noise, channels):
    for number, who in enumerate(("anna", "boris", "vera")):
        put(tmp_path / "speech", f"{who}/a.wav", hiss(number, channels=channels))
    one_silent = np.concatenate([hiss(5), 0 * hiss(5)], axis=1)
    put(tmp_path / "speech", "vera/b.wav", one_silent)
    mixtures = load(SoundSource(clean=str(tmp_path / "speech"), noise=noise))
    assert not any("opposite" in note for note in mixtures.notes)


@pytest.mark.parametrize(
    ("clean", "noise"),
    [("all", "all"), ("all", "all/noise"), ("all/speech", "all"), ("all", "all/.")],
)
def test_folders_that_hold_each_other_are_refused(tmp_path, clean, noise):
    for name in ("speech/a.wav", "speech/b.wav", "noise/a.wav"):
        put(tmp_path / "all", name, hiss(0))
    with pytest.raises(UserError, match="hold the same files, expected two folders"):
        load(SoundSource(clean=str(tmp_path / clean), noise=str(tmp_path / noise)))


def test_number_length_rate_and_level_of_the_clips_are_said(tmp_path, noise):
    for number, (who, level) in enumerate([("anna", 1), ("boris", 0.1), ("vera", 0.01)]):
        put(tmp_path / "speech", f"{who}/a.wav", level * hiss(number, 8, rate=8_000), 8_000)
    mixtures = load(SoundSource(clean=str(tmp_path / "speech"), noise=noise))
    assert (
        "clean: 6 clips of 4 s from 3 files at 8,000 Hz; level -40 dB of full scale (-60 to -20)"
    ) in mixtures.notes


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a name is always text")
def test_names_in_another_encoding_are_read(tmp_path, noise):
    who = [("Анна", "cp866"), ("Борис", "cp1251"), ("Вера", "utf-8")]
    for number, (name, encoding) in enumerate(who):
        put(tmp_path, "made.wav", hiss(number) + 0.1)
        folder = os.path.join(os.fsencode(tmp_path), b"speech", name.encode(encoding))
        os.makedirs(folder)
        os.rename(tmp_path / "made.wav", os.path.join(folder, "речь.wav".encode(encoding)))
    mixtures = load(SoundSource(clean=str(tmp_path / "speech"), noise=noise))
    assert set(mixtures.voices) == {"Анна", "Борис", "Вера"}
    assert sum("clean: речь.wav: its mean" in note for note in mixtures.notes) == 3

    line = predict_file(MaskNetwork(width=8), tmp_path / "speech", tmp_path / "cleaned")
    assert line.count("речь.wav: its mean") == 3
    folders = [name.encode(encoding) for name, encoding in who]
    assert sorted(os.listdir(os.fsencode(tmp_path / "cleaned"))) == sorted(folders)


def test_a_run_remembers_a_folder_whose_name_is_no_text(tmp_path):
    source = SoundSource(clean=b"\x80\xad\xad\xa0".decode("utf-8", "surrogateescape"))
    store.write_json(tmp_path / "config.json", source.to_dict())
    assert SoundSource.from_dict(store.read_json(tmp_path / "config.json")) == source


def test_the_page_is_headed_by_a_persons_own_data_and_the_loss_that_was_trained(pipeline):
    title, about = TASK.heading(pipeline)
    assert title == "Speech of lectures in noise of kitchen"
    assert "the loss mel " in about
    half = replace(pipeline, source=SoundSource(noise="kitchen"))
    assert TASK.heading(half)[0] == "Speech of the course in noise of kitchen"
    lesson = replace(pipeline, source=SoundSource())
    assert TASK.heading(lesson) == (TASK.title, TASK.about)


def test_samples_the_wrong_way_round_are_refused(pipeline):
    samples = hiss(0, 1, 2).astype(np.float32)
    with pytest.raises(UserError, match=r"\(16000, 2\), expected .*channels, n.*samples.T"):
        TASK.answer(pipeline, samples)
    assert TASK.answer(pipeline, samples.T).shape == (2, RATE)


@pytest.mark.parametrize("rate", [0, -1, 16, float("nan")])
def test_a_rate_that_no_sound_has_is_refused_in_python(pipeline, rate):
    with pytest.raises(UserError, match="sample_rate is .*, expected 2,000 to 1,536,000"):
        TASK.answer(pipeline, np.zeros(100, np.float32), sample_rate=rate)


def test_silence_has_no_level(tmp_path):
    put(tmp_path, "a.wav", np.zeros(RATE))
    said = predict_file(MaskNetwork(width=8), tmp_path / "a.wav", tmp_path / "b.wav")
    assert "(16,000 Hz, 1 channel, silence); a.wav: silent from beginning to end" in said


def test_rate_channels_and_level_of_a_file_are_said(tmp_path):
    put(tmp_path, "a.wav", hiss(0, channels=2, rate=8_000), 8_000)
    out = tmp_path / "b.wav"
    said = predict_file(MaskNetwork(width=8), tmp_path / "a.wav", out)
    assert said == f"5.0 s cleaned in {out} (8,000 Hz, 2 channels, -20 dB of full scale)"


def test_what_systems_leave_in_a_folder_is_no_sound(tmp_path, noise):
    for number, who in enumerate(("anna", "boris", "vera")):
        put(tmp_path / "speech", f"{who}/A.WAV", hiss(number))
    for name in ("__MACOSX/anna/._A.WAV", ".trash/b.wav", "boris/._A.WAV"):
        path = tmp_path / "speech" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0\5\x16\7")
    mixtures = load(SoundSource(clean=str(tmp_path / "speech"), noise=noise))
    assert set(mixtures.voices) == {"anna", "boris", "vera"}
    assert not any("left out" in note for note in mixtures.notes)
