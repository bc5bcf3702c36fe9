"""Spectra on the device are librosa's."""

import librosa
import numpy as np
import pytest
import torch

from audio.features import frame_counts, log_mel, loudness, trim

LENGTHS = [16_000, 12_345, 8_000, 513, 512, 300, 256, 255, 1]


@pytest.fixture(scope="module")
def clips():
    """A batch of clips, loud and quiet, each filled up with zeros."""
    draw = np.random.default_rng(0)
    batch = np.zeros((len(LENGTHS), max(LENGTHS)), np.float32)
    for row, length in enumerate(LENGTHS):
        fade = np.exp(-np.linspace(0, 9, length))
        batch[row, :length] = 10.0 ** -(row % 4) * fade * draw.normal(size=length)
    return batch


def librosa_log_mel(clip, **shape):
    return librosa.power_to_db(librosa.feature.melspectrogram(y=clip, **shape))


@pytest.mark.filterwarnings("ignore:n_fft=")
@pytest.mark.parametrize(("n_fft", "hop"), [(512, 256), (512, 128), (2048, 512)])
def test_log_mel_of_a_batch_is_librosas_of_each_clip(clips, n_fft, hop):
    shape = {"n_fft": n_fft, "hop_length": hop, "n_mels": 40}
    lengths = torch.tensor(LENGTHS)
    batch = log_mel(torch.from_numpy(clips), 16_000, lengths=lengths, **shape).numpy()
    counts = frame_counts(lengths, hop).tolist()
    for ours, clip, length, frames in zip(batch, clips, LENGTHS, counts, strict=True):
        theirs = librosa_log_mel(clip[:length], sr=16_000, **shape)
        assert theirs.shape == (40, frames)
        assert np.abs(ours[:, :frames] - theirs).max() < 1e-4
        assert np.abs(ours[:, frames:] - (theirs.max() - 80)).max(initial=0) < 1e-4


def test_log_mel_of_silence_and_of_other_rates_is_librosas():
    for rate in (8_000, 48_000):
        for clip in (np.zeros(4000, np.float32), np.ones(4000, np.float32)):
            ours = log_mel(torch.from_numpy(clip)[None], rate)[0].numpy()
            theirs = librosa_log_mel(clip, sr=rate, n_fft=512, hop_length=256, n_mels=64)
            assert np.abs(ours - theirs).max() < 1e-4


def test_trim_takes_off_the_ends_only():
    sound = np.zeros(30_000, np.float32)
    sound[10_000:14_000], sound[16_000:20_000] = 0.5, 0.5
    trimmed = trim(sound)
    assert 10_000 <= len(trimmed) < 13_000
    assert trim(np.zeros(500)).size == 0


def test_loudness_is_that_of_a_tone_by_the_a_curve():
    time = np.arange(48_000) / 48_000
    for hertz, curve in ((1000, 0.0), (100, -19.1), (10_000, -2.5)):
        tone = np.sin(2 * np.pi * hertz * time)
        assert loudness(tone, 48_000) == pytest.approx(-3.01 + curve, abs=0.3)


def test_loudness_leaves_pauses_out_and_follows_the_level():
    hiss = 0.1 * np.random.default_rng(0).normal(size=32_000)
    paused = np.concatenate([hiss, np.zeros(64_000)])
    assert loudness(paused, 16_000) == pytest.approx(loudness(hiss, 16_000), abs=0.3)
    assert loudness(hiss / 10, 16_000) == pytest.approx(loudness(hiss, 16_000) - 20, abs=1e-6)
    assert loudness(np.zeros(4000), 16_000) == -np.inf


def test_loudness_of_the_loudest_frame_alone():
    hiss = np.random.default_rng(0).normal(size=20_480) * np.geomspace(1e-3, 0.1, 20_480)
    loudest = loudness(hiss, 16_000, gate_db=0)
    assert loudest == pytest.approx(loudness(hiss, 16_000, gate_db=1e-6))
    assert loudness(hiss, 16_000) < loudest < 0
