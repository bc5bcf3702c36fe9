"""eSpeak NG speaks, and what goes wrong with it is one line."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from audio.synthetic.speech import (
    LANGUAGES,
    SAMPLE_RATE,
    Utterance,
    in_latin_letters,
    sentences,
    speak,
    speak_all,
    speaking,
    voices,
)
from common.errors import UserError

TEXT = "Сегодня поезд до Москвы отходит в семь часов вечера."


def test_every_language_speaks_in_its_own_way():
    text = in_latin_letters(TEXT)
    asked = [Utterance(text, "adam", language=language) for language in LANGUAGES]
    said = speak_all(asked)
    for language, sound in zip(LANGUAGES, said, strict=True):
        assert 2 < len(sound) / SAMPLE_RATE < 8, language
        assert 0.001 < np.abs(sound).max() < 0.99, language
    assert len({sound.tobytes() for sound in said}) == len(LANGUAGES)


def test_latin_letters_are_all_that_is_left():
    for sentence in sentences():
        letters = filter(str.isalpha, in_latin_letters(sentence))
        assert "".join(letters).isascii(), sentence


def test_every_voice_speaks_without_clipping():
    said = speak_all([Utterance(TEXT, voice) for voice in voices()])
    assert len(said) == len(voices()) > 90
    for voice, sound in zip(voices(), said, strict=True):
        assert 2 < len(sound) / SAMPLE_RATE < 6, voice
        assert np.sqrt(np.square(sound).mean()) > 0.001, voice
        assert np.abs(sound).max() < 0.99, voice


def test_the_same_list_gives_the_same_sounds_whatever_the_clock():
    asked = [Utterance(TEXT, voice) for voice in ("m1", "whisper", "klatt", "f2", "Alicia")]
    before = speak_all(asked)
    time.sleep(1.1)  # left alone, eSpeak NG draws breath by the second
    for first, again in zip(before, speak_all(asked), strict=True):
        np.testing.assert_array_equal(first, again)


def test_speed_pitch_and_volume_are_heard():
    slow, fast = (speak(TEXT, "m1", speed=speed) for speed in (100, 250))
    assert len(slow) > 1.5 * len(fast)
    soft, loud = (speak(TEXT, "m1", volume=volume) for volume in (10, 40))
    assert np.abs(loud).max() > 2 * np.abs(soft).max()

    def pitch(sound):
        """The strongest period of 70 to 400 Hz in the autocorrelation."""
        power = np.abs(np.fft.rfft(sound, 2 * len(sound))) ** 2
        shifts = np.fft.irfft(power)
        return SAMPLE_RATE / (40 + shifts[40:230].argmax())

    low, high = (speak(TEXT, "adam", pitch=pitch_) for pitch_ in (10, 90))
    assert pitch(high) > 1.2 * pitch(low)


def test_threads_do_not_disturb_each_other():
    asked = [[Utterance(TEXT, voice)] for voice in ("m1", "f2", "klatt", "adam")]
    alone = [speak_all(each) for each in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(speak_all, asked))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one[0], other[0])


@pytest.mark.parametrize("text", ["", " ", "!", "a\0b", "<b>\n12 500 ₽ & 7:30"])
def test_odd_texts_are_no_trouble(text):
    assert speak(text, "m1").dtype == np.float32


def test_nothing_to_say_is_nothing():
    assert speak_all([]) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"language": "russian"}, "unknown language 'russian'"),
        ({"voice": "adm"}, "unknown voice 'adm'; did you mean 'adam'"),
        ({"speed": 20}, "speed is 20, expected 80 to 450"),
        ({"pitch": 100}, "pitch is 100, expected 0 to 99"),
        ({"volume": 0}, "volume is 0, expected 1 to 100"),
    ],
)
def test_impossible_wishes_are_refused(change, words):
    with pytest.raises(UserError, match=words):
        Utterance(**{"text": TEXT, "voice": "m1", **change})


def test_a_missing_package_is_one_line(monkeypatch):
    monkeypatch.setattr(speaking, "find_spec", lambda name: None)
    for cached in (speaking._package, speaking.voices):
        cached.cache_clear()
    try:
        with pytest.raises(UserError, match="eSpeak NG cannot speak: the package espeakng-loader"):
            voices()
    finally:
        monkeypatch.undo()
        for cached in (speaking._package, speaking.voices):
            cached.cache_clear()


@pytest.mark.parametrize(
    "engine",
    ["import os; os.abort()", "import sys; sys.exit('no such library')", "", "print('{', 1)"],
)
def test_an_engine_that_dies_is_one_line(monkeypatch, tmp_path, engine):
    (tmp_path / "engine.py").write_text(engine)
    monkeypatch.setattr(speaking, "__file__", str(tmp_path / "speaking.py"))
    with pytest.raises(UserError, match="eSpeak NG cannot speak: .*--clean DIR") as caught:
        speak(TEXT, "m1")
    assert "\n" not in str(caught.value)


def test_damaged_data_is_one_line(monkeypatch, tmp_path):
    library = speaking._library(speaking._package())
    monkeypatch.setattr(speaking, "_library", lambda package: library)
    monkeypatch.setattr(speaking, "_package", lambda: tmp_path)
    with pytest.raises(UserError, match="eSpeak NG cannot speak"):
        speak(TEXT, "m1")


def test_speaking_writes_no_file_and_needs_no_torch(tmp_path):
    code = (
        "import sys; from audio.synthetic.speech import speak; "
        f"speak({TEXT!r}, 'm1'); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_there_are_a_few_hundred_different_sentences():
    lines = sentences()
    assert len(lines) == len(set(lines)) >= 250
    for line in lines:
        assert line[-1] in ".!?", line
        assert 3 <= len(line.split()) <= 16, line
        assert not any("a" <= letter.lower() <= "z" for letter in line), line
