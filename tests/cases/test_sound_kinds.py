"""Sounds whose headers or names say something else than what is in them."""

import struct

import numpy as np
import pytest
import soundfile

from audio.sound_files import read
from tests.cases.sounds import RATE, ffmpeg


@pytest.fixture
def tone(tmp_path):
    """A second of a tone, in a WAV of sixteen bits."""
    path = tmp_path / "tone.wav"
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    soundfile.write(path, wave, RATE, subtype="PCM_16")
    return path


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wav_that_did_not_know_its_length(tone, tmp_path, size):
    content = bytearray(tone.read_bytes())
    place = content.find(b"data") + 4
    content[4:8] = content[place : place + 4] = struct.pack("<I", size)
    (tmp_path / "piped.wav").write_bytes(content)
    found = read(tmp_path / "piped.wav")
    assert found.samples.shape == (1, RATE)
    assert not any("cut" in note for note in found.notes)


def test_chunks_before_the_sound_of_a_wav(tone, tmp_path):
    content = tone.read_bytes()
    junk = b"JUNK" + struct.pack("<I", 28) + bytes(28)
    odd = b"LIST" + struct.pack("<I", 5) + b"INFO\0\0"
    whole = content[:12] + junk + odd + content[12:]
    path = tmp_path / "chunks.wav"
    path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])
    assert (read(path).samples == read(tone).samples).all()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("mp3", "wav"), ("wav", "mp3"), ("flac", "ogg"), ("ogg", "m4a"), ("opus", "wav")],
)
def test_a_name_that_lies_about_the_kind(tone, tmp_path, kind, name):
    path = tmp_path / f"own.{kind}"
    if kind != "wav":
        ffmpeg("-i", tone, path)
    content = (tone if kind == "wav" else path).read_bytes()
    (tmp_path / f"named.{name}").write_bytes(content)
    found = read(tmp_path / f"named.{name}")
    assert abs(found.samples.shape[1] * RATE / found.sample_rate - RATE) < 2500
    assert np.abs(found.samples).max() > 0.2


@pytest.mark.parametrize("kind", ["wma", "mp2", "aac", "3gp", "caf", "mka"])
def test_kinds_that_phones_and_discs_have(tone, tmp_path, kind):
    more = ["-c:a", "aac"] if kind == "3gp" else []
    ffmpeg("-i", tone, *more, tmp_path / f"a.{kind}")
    found = read(tmp_path / f"a.{kind}")
    assert abs(found.samples.shape[1] * RATE / found.sample_rate - RATE) < 3500
    assert np.abs(found.samples).max() > 0.2


@pytest.mark.parametrize("codec", ["adpcm_ima_wav", "adpcm_ms", "GSM610"])
def test_what_fills_up_the_last_block_is_no_sound(tmp_path, codec):
    """The chunk `fact` says how many samples there were before they were coded in blocks."""
    path = tmp_path / "coded.wav"
    wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(RATE + 100) / RATE)
    if codec == "GSM610":
        soundfile.write(path, wave, RATE, subtype=codec)
    else:
        soundfile.write(tmp_path / "plain.wav", wave, RATE)
        ffmpeg("-i", tmp_path / "plain.wav", "-c:a", codec, path)
    assert soundfile.info(path).frames > len(wave)
    found = read(path)
    assert (found.samples.shape, found.notes) == ((1, len(wave)), [])
    content = bytearray(path.read_bytes())
    place = content.index(b"fact") + 8
    content[place : place + 4] = struct.pack("<I", 10)  # no program's count: not believed
    path.write_bytes(content)
    assert read(path).samples.shape == (1, soundfile.info(path).frames)
