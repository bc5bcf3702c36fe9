"""Sounds of which a part was lost, or was never there."""

import numpy as np
import pytest
import soundfile

from audio.lost_parts import ZeroRun
from audio.plain_wav import plain_wav
from audio.sound_files import Stream, read
from common.translation import translator
from tests.cases.sounds import RATE, hiss, voice
from tests.cases.test_sound_forms import speech, whole, write

LATE = 0.3
"""Share of a sound behind which a byte is lost."""


def without_a_byte(sound, bits, channels=1):
    """A sound's bytes, one of them lost, and the second at which it is."""
    data = whole(sound, bits).tobytes()
    place = round(LATE * len(sound)) * bits // 8
    return data[:place] + data[place + 1 :] + b"\0", place * 8 / bits / channels / RATE


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bits", [16, 24, 32])
def test_a_lost_byte_is_named_with_its_place(tmp_path, bits, channels):
    data, moment = without_a_byte(np.tile(speech(channels=channels), 6), bits, channels)
    notes = read(write(tmp_path / "a.wav", data, bits, channels=channels)).notes
    assert len(notes) == 1
    said = (
        notes[0].partition("hisses from ")[2].partition(" s on, and would not with its bytes one")
    )
    assert abs(float(said[0]) - moment) < 0.05
    assert "шипит начиная с" in translator("ru", "audio")(notes[0])


def test_a_byte_too_many_is_named_in_memory_too(tmp_path):
    data = whole(np.tile(speech(), 6), 16).tobytes()
    path = write(tmp_path / "a.wav", data[:90_001] + b"\x07" + data[90_001:-1], 16)
    stream = Stream(path, wav=plain_wav(path.read_bytes()))
    assert len(list(stream)) > 0
    assert stream.notes == read(path).notes
    assert "hisses from 2.8" in stream.notes[0]


@pytest.mark.parametrize("kind", ["noise", "speech and noise", "loud"])
def test_noise_at_full_scale_has_lost_no_byte(tmp_path, kind):
    """Uniform noise has the level and the roughness of such a place, in any order of its bytes."""
    noise = np.random.default_rng(1).uniform(-1, 1, 3 * RATE)
    sound = {
        "noise": noise,
        "speech and noise": np.concatenate([np.tile(speech(), 2), noise]),
        "loud": np.clip(4 * np.tile(voice(), 3) + 8 * hiss(3)[:, 0], -1, 1),
    }[kind]
    notes = read(write(tmp_path / "a.wav", whole(sound, 16).tobytes(), 16)).notes
    assert not any("hisses" in note for note in notes)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((2, 2), "from 2.00 s to 4.00 s of 4.00 s"),
        ((0, 3, 3), "from 0.00 s to 3.00 s of 6.00 s"),
        ((1, 2, 1), "from 1.00 s to 3.00 s of 4.00 s"),
        ((3, 1), ""),
        ((0.4, 0.6), ""),
    ],
)
def test_a_large_part_of_zeros_is_asked_about(tmp_path, parts, told):
    """Seconds of hiss and of zeros, in turn."""
    sounds = [hiss(part, 2) * (number % 2 == 0) for number, part in enumerate(parts)]
    soundfile.write(tmp_path / "a.wav", np.concatenate(sounds), RATE)
    notes = read(tmp_path / "a.wav").notes
    wanted = f"a.wav: holds nothing but zeros {told}: is a part of it missing?"
    assert notes == [wanted] * bool(told)
    assert all("не потерялась ли часть" in translator("ru", "audio")(note) for note in notes)


def test_a_run_of_zeros_may_be_spread_over_blocks():
    """Beside a reference that looks at the whole sound."""
    rng = np.random.default_rng(3)
    sound = np.repeat(rng.integers(0, 2, (2, 60)), rng.integers(1, 9, 60), axis=1)
    text = "".join("1" if any(frame) else "0" for frame in sound.T)
    longest = max(text.split("1"), key=len)
    run = ZeroRun()
    for start in range(0, sound.shape[1], 5):
        run.examine(sound[:, start : start + 5])
        run.examine(sound[:, :0])
    assert (run.length, run.start) == (len(longest), text.index(longest))


def test_silence_in_place_of_what_is_no_number_is_not_asked_about(tmp_path):
    sound = hiss(4)
    sound[2 * RATE :] = np.nan
    soundfile.write(tmp_path / "a.wav", sound, RATE, "FLOAT")
    notes = read(tmp_path / "a.wav").notes
    told = "a.wav: 32,000 samples are no numbers, the first at 2.000 s: taken as silence"
    assert told in notes
    assert not any("zeros" in note for note in notes)
