"""Sounds whose header names another law, or another number of channels, than their samples have."""

import io
import struct

import numpy as np
import pytest
import soundfile

from audio.companding import codes_of, expanded
from audio.sound_files import read
from common.errors import UserError
from common.translation import translator
from tests.cases.sounds import RATE, hiss, voice

AS_ONE = "sounds as if one channel were taken for two, which plays twice as fast: save it anew"
AS_TWO = "sounds as if two channels were taken for one, which plays half as fast: save it anew"
TWICE = (
    "each of its samples stands twice: two equal channels that were taken for one, or a rate that "
    "was doubled by repeating"
)
TAGS = {"PCM_16": (1, 16), "PCM_U8": (1, 8), "FLOAT": (3, 32), "ALAW": (6, 8), "ULAW": (7, 8)}


def speech(level=0.3):
    """Two seconds."""
    return level * np.concatenate([voice(), voice()[::-1]]) + 0.02 * level * hiss(2)[:, 0]


def relabel(path, *, subtype=None, channels=None):
    """Let the header of a WAV say something else of the same bytes."""
    content = bytearray(path.read_bytes())
    tag, old, rate, _, _, bits = struct.unpack_from("<HHIIHH", content, 20)
    tag, bits = TAGS[subtype] if subtype else (tag, bits)
    count = channels or old
    width = count * bits // 8
    struct.pack_into("<HHIIHH", content, 20, tag, count, rate, rate * width, width, bits)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("law", "number"), [("ULAW", 1), ("ALAW", 27)])
def test_the_laws_are_those_of_libsndfile(law, number):
    header = b".snd" + struct.pack(">IIIII", 24, 256, number, 8000, 1)
    values = soundfile.read(io.BytesIO(header + bytes(range(256))), dtype="int16")[0]
    codes = np.arange(256, dtype=np.uint8)
    assert (expanded(codes, law) == values).all()
    same = codes_of(values, law) == codes
    assert same.sum() == (255 if law == "ULAW" else 256)  # whose zeros are two


@pytest.mark.parametrize("level", [0.3, 0.03])
@pytest.mark.parametrize(
    ("stored", "said", "form"),
    [
        ("ULAW", "ALAW", "8 bits by µ-law"),
        ("ALAW", "ULAW", "8 bits by A-law"),
        ("ULAW", "PCM_U8", "8 bits by µ-law"),
        ("ALAW", "PCM_U8", "8 bits by A-law"),
    ],
)
def test_another_law_is_named(tmp_path, stored, said, form, level):
    path = tmp_path / "a.wav"
    soundfile.write(path, speech(level), RATE, subtype=stored)
    note = f"a.wav: sounds as if its samples had {form}, and its header says otherwise"
    notes = read(relabel(path, subtype=said)).notes
    assert any(one.startswith(note) for one in notes)
    assert "8 бит по закону" in translator("ru", "audio")(notes[-1])


@pytest.mark.parametrize("said", ["ULAW", "ALAW"])
def test_whole_numbers_that_are_called_a_law_are_named(tmp_path, said):
    path = tmp_path / "a.wav"
    for subtype, form in (("PCM_16", "16 bits"), ("PCM_U8", "8 bits without a sign")):
        soundfile.write(path, speech(), RATE, subtype=subtype)
        assert f"had {form}," in read(relabel(path, subtype=said)).notes[-1]


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT", "ULAW"])
def test_one_channel_that_is_called_two_is_named(tmp_path, subtype):
    path = tmp_path / "a.wav"
    soundfile.write(path, speech(), RATE, subtype=subtype)
    assert read(relabel(path, channels=2) if subtype == "PCM_16" else _turned(path)).notes == [
        f"a.wav: {AS_ONE}"
    ]


@pytest.mark.parametrize(
    ("channels", "said"), [(1, 3), (1, 4), (2, 4), (2, 8), (3, 6)], ids=lambda value: str(value)
)
def test_few_channels_that_are_called_many_are_named(tmp_path, channels, said):
    path = tmp_path / "a.wav"
    sounds = [(-1) ** n * np.roll(speech(), 700 * n) for n in range(channels)]
    soundfile.write(path, np.stack(sounds, 1), RATE, subtype="PCM_16")
    times = said // channels
    (note,) = read(relabel(path, channels=said)).notes
    assert f"had {channels} of its {said} channels, each spread over {times}, so that it" in note
    assert "звучит так" in translator("ru", "audio")(note)


def test_four_channels_that_are_called_two_are_named(tmp_path):
    path, one = tmp_path / "a.wav", speech()
    sounds = [one, np.roll(one, 5), 0.5 * np.roll(one[::-1], 700), np.roll(one, 11)]
    soundfile.write(path, np.stack(sounds, 1), RATE, subtype="PCM_16")
    (note,) = read(relabel(path, channels=2)).notes
    assert "sounds as if 4 channels were taken for 2, which plays half as fast" in note
    assert "каналов 4" in translator("ru", "audio")(note)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("strange", [np.inf, np.nan, 1e30])
def test_what_is_no_sample_is_not_computed_with(tmp_path, strange):
    sound = speech()
    sound[777] = strange
    soundfile.write(tmp_path / "a.wav", np.stack([sound, speech()], 1), RATE, subtype="FLOAT")
    assert "1 sample is no number" in read(tmp_path / "a.wav").notes[0]


def test_many_channels_of_one_sound_are_not_doubted(tmp_path):
    path, one = tmp_path / "a.wav", speech()[: RATE // 2]
    for shifts in ((0, 1, 2, 3), (0, 5, 9, 2), (0, 0, 0, 0), (0, 0, 1, 1), (0, 1, 0, 1), (0, 7, 0)):
        room = [np.roll(one, shift) * (1 + 0.01 * shift) for shift in shifts]
        for both in (room, [*room, 0 * one], [*room[:2], 0 * one, 0 * one]):
            soundfile.write(path, np.stack(both, 1), RATE, subtype="PCM_16")
            assert not [note for note in read(path).notes if "sounds as if" in note]


def _turned(path):
    """Write one channel as two."""
    samples, rate = soundfile.read(path)
    subtype = soundfile.info(path).subtype
    soundfile.write(path, samples.reshape(-1, 2), rate, subtype=subtype)
    return path


def _beside(one):
    """A second channel: the same, with a noise of its own, later, from elsewhere in a room."""
    noisy = one + 0.002 * np.random.default_rng(1).standard_normal(len(one))
    room = one - 0.3 * np.roll(one, 11) + 0.2 * np.roll(one, 23)
    return {"equal": one, "noisy": noisy, "later": np.roll(one, 5), "room": room}


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT", "ALAW"])
@pytest.mark.parametrize(
    ("other", "said"), [("equal", TWICE), ("noisy", AS_TWO), ("later", AS_TWO)]
)
def test_two_channels_that_are_called_one_are_named(tmp_path, other, said, subtype):
    path, one = tmp_path / "a.wav", speech()
    soundfile.write(path, np.stack([one, _beside(one)[other]], 1).ravel(), RATE, subtype=subtype)
    notes = read(path).notes
    assert notes == [f"a.wav: {said}"]
    assert translator("ru", "audio")(notes[0]) != notes[0]


TIMES = np.arange(2 * RATE) / RATE
CHIP = sum((np.arange(2 * RATE) % period < period // 2) * 0.2 for period in (64, 48, 36)) - 0.3
WHISTLE = 0.4 * np.sin(2 * np.pi * 0.45 * RATE * TIMES)


def drums():
    """A bass drum and a cymbal at once, and silence until the next."""
    place = np.arange(2 * RATE)
    fading = np.exp(-(place % 5600) / 1600) * (place % 5600 < 4000)
    cymbal = np.cos(np.pi * place) * np.convolve(hiss(2)[:, 0], np.ones(5), "same")
    return fading * (0.3 * np.sin(2 * np.pi * 60 / RATE * (place % 5600)) + 0.75 * cymbal)


@pytest.mark.parametrize(
    "one",
    [
        speech(),
        drums(),
        hiss(2)[:, 0],
        CHIP,
        WHISTLE + 0.3 * speech(),
        0.3 * (160 * TIMES % 1) - 0.15,  # each wave jumps at an even sample
        0.5 * np.sin(2 * np.pi * 800 * TIMES),
        np.repeat(speech()[: RATE // 2], 4),
    ],
)
@pytest.mark.parametrize("subtype", ["PCM_16", "ULAW"])
def test_sounds_of_as_many_channels_as_they_say_are_not_doubted(tmp_path, one, subtype):
    forms = ("taken for", "its header says", "hisses", "jumps from")
    for other in (None, *_beside(one).values(), np.roll(one, 1), np.roll(one, -1), -one, 0 * one):
        both = one if other is None else np.stack([one, other], 1) / 2
        soundfile.write(tmp_path / "a.wav", both, RATE, subtype=subtype)
        assert not [
            note for note in read(tmp_path / "a.wav").notes if any(f in note for f in forms)
        ]


def test_whole_numbers_in_floating_point_are_said_to_be_that(tmp_path):
    soundfile.write(tmp_path / "a.wav", speech() * 32768, RATE, subtype="FLOAT")
    (note,) = read(tmp_path / "a.wav").notes
    assert "times full scale, as whole numbers" in note


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("LIST", b"WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0"),
        ("JUNK", b"WAVE"),
    ],
)
def test_an_odd_chunk_without_the_byte_that_fills_it_up_is_named(tmp_path, name, content):
    path = tmp_path / "a.wav"
    soundfile.write(path, speech(), RATE, subtype="PCM_16")
    rest = path.read_bytes()[36 if name == "LIST" else 12 :]
    for filled in (b"\0", b""):
        body = content + name.encode() + struct.pack("<I", 5) + b"12345" + filled + rest
        path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
        if filled:
            assert read(path).samples.shape == (1, 2 * RATE)
    with pytest.raises(UserError, match=f"behind its chunk {name}, of an odd size, the byte that"):
        read(path)


def chip():
    """Squares that fade in fifteen levels, above a triangle of sixteen steps."""
    place = np.arange(2 * RATE)
    squares = np.floor((place % 72 < 36) * 15 * (1 - place % 4000 / 8000)) / 15 * 0.25
    return squares + np.floor(np.abs(place % 108 / 108 * 32 - 16)) / 16 * 0.25 - 0.22


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_U8", "FLOAT"])
def test_steps_and_whole_waves_at_full_scale_are_not_called_clipped(tmp_path, subtype):
    pairs = np.sin(np.pi * (np.arange(2 * RATE) % 10 + 0.5) / 5)  # two samples beside each top
    pairs *= 0.9999 / pairs.max()
    few = np.rint(7 * speech(1.5).clip(-1, 1)) / 7
    held = np.repeat(speech()[: RATE // 2], 4)
    for sound in (chip(), pairs, few, held / np.abs(held).max()):
        soundfile.write(tmp_path / "a.wav", sound, RATE, subtype=subtype)
        assert not [note for note in read(tmp_path / "a.wav").notes if "clipped" in note]
    soundfile.write(tmp_path / "a.wav", np.clip(speech(2), -0.4, 0.4), RATE, subtype=subtype)
    assert any("clipped: its samples are cut" in note for note in read(tmp_path / "a.wav").notes)


def test_a_gated_sound_of_a_law_is_not_doubted(tmp_path):
    gated = speech(0.9) * (np.arange(2 * RATE) // 500 % 2)
    for law in ("ULAW", "ALAW"):
        soundfile.write(tmp_path / "a.wav", gated, RATE, subtype=law)
        assert not [note for note in read(tmp_path / "a.wav").notes if "its header says" in note]
