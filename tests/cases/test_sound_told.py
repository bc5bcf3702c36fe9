"""What is said of folders of sound that only listening would tell."""

import numpy as np
import pytest
import soundfile

from audio import recordings
from audio.channel_likeness import Likeness
from audio.data import load
from audio.folders import find_sounds
from audio.settings import SoundSource
from common.errors import UserError
from common.translation import translator
from tests.cases.sounds import RATE, voice


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "noise").mkdir()
    return tmp_path / "clean", tmp_path / "noise"


def speech(seed):
    """Three seconds of a glide that falls silent now and then, of its own pitch and pace, (n,)."""
    rng = np.random.default_rng(seed)
    sound = np.tile(voice(RATE), 3)
    times = np.linspace(0, len(sound) - 1, round(len(sound) / rng.uniform(0.9, 1.4)))
    loud = (rng.random(len(times) // 2000 + 1) > 0.3).repeat(2000)[: len(times)]
    smooth = np.convolve(loud, np.full(200, 1 / 200), "same")
    return np.interp(times, np.arange(len(sound)), sound) * smooth


def hiss(seed, count):
    return np.random.default_rng(seed).normal(0, 0.1, count)


def fill(folders, noisy):
    """Write speech, and what `noisy` makes of it."""
    for number in range(4):
        sound = speech(number)
        soundfile.write(folders[0] / f"{number}.wav", sound, RATE)
        soundfile.write(folders[1] / f"{number}.wav", noisy(number, sound), RATE)


def both_languages(notes):
    return " | ".join(notes), " | ".join(map(translator("ru", "audio"), notes))


def test_noisy_recordings_that_begin_a_second_late_are_no_noise(folders):
    def late(number, sound):
        start = hiss(9 + number, round(1.2 * RATE))
        return np.concatenate([start, sound + 0.3 * hiss(number, len(sound))])

    fill(folders, late)
    with pytest.raises(UserError, match="holds the speech of --clean"):
        load(SoundSource(clean=str(folders[0]), noise=str(folders[1])))


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        (lambda sound: hiss(0, len(sound)), True),
        (lambda sound: np.roll(sound, 300), True),
        (lambda sound: 0.6 * sound, False),
        (lambda sound: -sound, False),
        (lambda sound: 0 * sound, False),
        (lambda sound: 0.01 * hiss(0, len(sound)), False),
    ],
)
@pytest.mark.parametrize("offset", [0, 0.3])
def test_channels_that_differ_are_told_of_clean_speech(tmp_path, beside, told, offset):
    """An offset that both have makes none like the other, nor hides that they are."""
    for number in range(4):
        sound = 0.5 * speech(number)
        both = np.stack([sound, beside(sound)], 1) + offset
        soundfile.write(tmp_path / f"{number}.wav", both, RATE)
    said, russian = both_languages(recordings.speech(find_sounds(tmp_path)).notes)
    words = "clean: channels that differ, of which the mean is taken: 4 files, such as 0.wav"
    assert (words in said) is told
    assert ("речь: каналы, непохожие друг на друга, взято их среднее: файлов: 4" in russian) is told


def test_channels_of_nothing_but_an_offset_do_not_differ():
    """What is left of an offset where sums are rounded is no sound."""
    rng = np.random.default_rng(0)
    for _ in range(400):
        likeness, offsets = Likeness(4), rng.uniform(-1, 1, (4, 1)).astype(np.float32)
        for frames in (700, 1600, 23):
            likeness.add(offsets.repeat(frames, 1))
        assert not likeness.differ()


@pytest.mark.parametrize(
    ("padded", "told", "russian"),
    [
        (0, "", ""),
        (1, "noise: 0.wav: holds nothing but zeros from 2.00 s", "не потерялась ли часть"),
        (3, "noise: 3 of 11 files hold nothing but zeros for a large part: is a", "не потерялось"),
        (9, "noise: 9 of 11 files hold nothing but zeros for a large part, as s", "дополненных"),
    ],
)
def test_sounds_that_were_padded_hide_no_damage(tmp_path, padded, told, russian):
    for number in range(11):
        sound = hiss(number, 2 * RATE)
        if number == 10:
            sound = np.clip(9 * speech(0), -1, 1)
        zeros = np.zeros(2 * RATE * (number < padded))
        soundfile.write(tmp_path / f"{number}.wav", np.concatenate([sound, zeros]), RATE, "PCM_16")
    said = recordings.noise(find_sounds(tmp_path)).notes
    assert [note for note in said if "zeros" in note] == said[-1:] * bool(padded)
    assert said[-1].startswith(told)
    assert any(note.startswith("noise: 10.wav: clipped") for note in said)
    assert russian in translator("ru", "audio")(said[-1])
