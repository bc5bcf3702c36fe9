"""Samples that are stored in another form than their header says."""

import struct

import numpy as np
import pytest
import soundfile

from audio.sound_files import read
from tests.cases.sounds import RATE, hiss, voice

ORDER = "hisses, but would not with the bytes of its samples in another order"
UNSIGNED = "jumps from end to end of the scale, as samples without a sign do: save it anew"


def as_if(form):
    return f"sounds as if its samples had {form}, and its header says otherwise: save it anew"


def write(path, data, bits, *, channels=1, tag=1):
    """A WAV whose header says how its bytes are to be read."""
    width = channels * bits // 8
    kind = struct.pack("<HHIIHH", tag, channels, RATE, RATE * width, width, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + kind + b"data" + struct.pack("<I", len(data))
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data)
    return path


def whole(sound, bits):
    """Numbers of so many bits, little end first."""
    numbers = np.rint(sound * (2 ** (bits - 1) - 1)).astype("<i4")
    return np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 4)[:, : bits // 8]


def speech(noise=0.07, channels=1):
    sound = voice() + noise * np.random.default_rng(0).standard_normal(RATE)
    return np.repeat(0.3 * sound, channels)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize("noise", [0.07, 0.4])
def test_bytes_in_another_order_are_named_in_much_noise_too(tmp_path, channels, bits, noise):
    data = whole(speech(noise, channels), bits)
    turned = write(tmp_path / "turned.wav", data[:, ::-1].tobytes(), bits, channels=channels)
    assert read(turned).notes == [f"turned.wav: {ORDER}"]
    if bits < 32:  # of 32 bits, the last does not matter
        moved = write(tmp_path / "moved.wav", data.tobytes()[1:] + b"\0", bits, channels=channels)
        assert f"moved.wav: {ORDER}" in read(moved).notes
    right = write(tmp_path / "right.wav", data.tobytes(), bits, channels=channels)
    assert read(right).notes == []


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_samples_without_a_sign_are_named(tmp_path, bits):
    data = whole(voice(), bits).copy()
    data[:, -1] ^= 0x80
    assert read(write(tmp_path / "a.wav", data.tobytes(), bits)).notes == [f"a.wav: {UNSIGNED}"]


@pytest.mark.parametrize(
    ("stored", "said", "form"),
    [
        (16, 24, "16 bits"),
        (16, 8, "16 bits"),
        (16, 32, "16 bits"),
        (24, 16, "24 bits"),
        (32, 16, "32 bits"),
        (8, 8, "8 bits with a sign"),
    ],
)
def test_samples_of_another_width_are_named(tmp_path, stored, said, form):
    path = write(tmp_path / "a.wav", whole(speech(noise=0.01), stored).tobytes(), said)
    assert read(path).notes == [f"a.wav: {as_if(form)}"]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("stored", "said"), [(24, 16), (16, 24), (32, 24)])
def test_samples_of_another_width_are_named_in_a_long_sound(tmp_path, stored, said, channels):
    """Whose loudest part, which is looked at, may begin in the middle of a sample."""
    quiet = np.repeat(0.001 * voice(), channels)
    for number in range(4, 8):
        sound = np.concatenate([np.tile(quiet, number), *(speech(0.01, channels) for _ in "abcde")])
        data = whole(sound, stored).tobytes()
        path = write(tmp_path / f"{number}.wav", data, said, channels=channels)
        assert f"{number}.wav: {as_if(f'{stored} bits')}" in read(path).notes


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_floating_point_and_whole_numbers_in_place_of_each_other_are_named(tmp_path):
    sound = speech()
    path = write(tmp_path / "a.wav", sound.astype("<f4").tobytes(), 32)
    assert read(path).notes == [f"a.wav: {as_if('floating point')}"]
    path = write(tmp_path / "a.wav", whole(sound, 32).tobytes(), 32, tag=3)
    assert f"a.wav: {as_if('32 bits, whole numbers')}" in read(path).notes
    path = write(tmp_path / "a.wav", sound.astype(">f4").tobytes(), 32, tag=3)
    assert f"a.wav: {ORDER}" in read(path).notes


TIMES = np.arange(RATE) / RATE


def birds():
    """High whistles above a slow rumble, and then the rumble alone."""
    rumble = np.cumsum(hiss(1)[:, 0] - hiss(1)[:, 0].mean())
    calls = np.sin(2 * np.pi * 0.38 * RATE * TIMES) * (TIMES % 0.1 < 0.05) * (TIMES < 0.5)
    return 0.5 * calls + 0.01 * rumble / np.abs(rumble).max()


@pytest.mark.parametrize(
    "sound",
    [
        *(voice(), 0.003 * voice(), np.diff(voice()), hiss(1)[:, 0], np.diff(hiss(1)[:, 0])),
        *(0.5 * np.sin(2 * np.pi * rate * TIMES) for rate in (3000, 6987.3, 7900)),
        np.random.default_rng(0).uniform(-1, 1, RATE),
        np.rint(127 * np.random.default_rng(0).uniform(-1, 1, RATE)) / 128,
        np.sign(np.random.default_rng(0).standard_normal(RATE)) * 0.999,
        (np.random.default_rng(0).random(RATE) < 0.01) * 0.8,
        440 * TIMES % 1,
        birds(),
    ],
)
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
def test_sounds_that_are_stored_as_they_say_are_not_doubted(tmp_path, sound, subtype):
    for name, each in (("a.wav", sound), ("b.wav", np.rint(32767 * sound) / 32768)):
        soundfile.write(tmp_path / name, each, RATE, subtype=subtype)
        notes = read(tmp_path / name).notes
        assert not any("hisses" in note or "samples" in note for note in notes if "ped" not in note)


def noise(level):
    return level * np.random.default_rng(0).standard_normal(RATE)


def hum(level):
    return level * np.sin(2 * np.pi * 50 * TIMES)


@pytest.mark.parametrize(
    "channels",
    [
        (noise(0.5), hum(0.01)),
        (noise(0.7), hum(0.01)),
        (noise(0.05), *[hum(0.003)] * 5),
        (noise(0.1), hum(0.001), hum(0.002)),
        (noise(0.1), 0 * TIMES, 0 * TIMES, 0 * TIMES),
        (np.kron(0.5 * voice(), [1, 0]),),  # doubled in rate by zeros
        (np.kron(0.5 * voice(), [1, 0, 0]),),
        (2 * (4001 * TIMES % 1) - 1,),
        (2 * (3001 * np.arange(48_000) / 48_000 % 1) - 1,),
    ],
)
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
def test_channels_unlike_each_other_and_loud_tones_are_not_doubted(tmp_path, channels, subtype):
    soundfile.write(tmp_path / "a.wav", np.stack(channels, 1), RATE, subtype=subtype)
    forms = ("hisses", "jumps from end to end", "its header says otherwise")
    assert not [note for note in read(tmp_path / "a.wav").notes if any(f in note for f in forms)]


def test_bytes_in_another_order_are_named_beside_a_silent_channel(tmp_path):
    data = whole(np.stack([speech(), 0 * TIMES], 1).ravel(), 16)[:, ::-1]
    path = write(tmp_path / "a.wav", data.tobytes(), 16, channels=2)
    assert f"a.wav: {ORDER}" in read(path).notes
