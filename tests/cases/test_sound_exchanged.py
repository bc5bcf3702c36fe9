"""Folders of speech and of noise that have each other's names, or hold what they should not."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.data import load
from audio.settings import SAMPLE_RATE, SoundSource
from audio.speech_likeness import like_speech
from audio.synthetic.noises import make
from audio.synthetic.speech import Utterance, speak_all
from common.errors import UserError

SAID = (
    "Чайник закипел, пора пить чай, а потом пойдём гулять в старый парк за рекой.",
    "The kettle has boiled, and after tea we shall walk to the old park by the river.",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("sounds")
    voices = ("adam", "Andrea", "david", "f2", "boris", "belinda")
    said = speak_all([Utterance(SAID[n % 2], voice) for n, voice in enumerate(voices)])
    draw = np.random.default_rng(0)
    kinds = ("white", "rain", "fan", "keyboard", "kettle", "rustle")
    sounds = {"speech": said, "sounds": [make(kind, 4, SAMPLE_RATE, draw) for kind in kinds]}
    for name, each in sounds.items():
        (place / name).mkdir()
        for number, sound in enumerate(each):
            soundfile.write(place / name / f"{number}.wav", sound / 2, SAMPLE_RATE)
    return str(place / "speech"), str(place / "sounds")


def _backwards(folder, to):
    """Fill a folder with the sounds of another one, each from its end: like them, and not they."""
    to.mkdir()
    for path in Path(folder).iterdir():
        soundfile.write(to / path.name, soundfile.read(path)[0][::-1], SAMPLE_RATE)
    return to


def test_exchanged_folders_are_refused(folders):
    speech, sounds = folders
    with pytest.raises(UserError, match=r"does not sound like speech \(0 of 6 clips\).*exchanged"):
        load(SoundSource(clean=sounds, noise=speech))


def test_noise_in_place_of_speech_is_named(folders, tmp_path):
    noise = _backwards(folders[1], tmp_path / "others")
    notes = load(SoundSource(clean=folders[1], noise=str(noise))).notes
    assert "clean: 0 of 6 clips sound like speech: is this the folder of clean speech?" in notes


@pytest.mark.parametrize("others", [False, True])
def test_folders_that_hold_what_they_say_get_no_such_note(folders, others, tmp_path):
    """Speech of others is a noise as well."""
    noise = _backwards(folders[0], tmp_path / "others") if others else folders[1]
    notes = load(SoundSource(clean=folders[0], noise=str(noise))).notes
    assert not any("sound like speech" in note for note in notes)


@pytest.mark.parametrize("kind", ["hum", "glides", "clatter", "machine"])
def test_a_noise_that_has_a_pitch_does_not_pass_for_speech(kind):
    draw = np.random.default_rng(1)
    clips = np.stack([make(kind, 4, SAMPLE_RATE, draw) * 16_000 for _ in range(3)])
    assert like_speech(clips.astype(np.int16))[0] <= 1
