"""Sounds whose bits are packed otherwise than samples are."""

import struct

import numpy as np
import pytest
import soundfile

from audio.decoding import header
from audio.sound_files import read
from common.errors import UserError
from common.translation import translator
from tests.cases.sounds import RATE, ffmpeg, hiss, voice

PCM = bytes.fromhex("0100000000001000800000aa00389b71")


def write(path, numbers, bits, valid):
    """A WAV of the extensible form, which says how many bits of each number are the sample."""
    width = bits // 8
    data = numbers.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :width].tobytes()
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE, RATE * width, width, bits, 22, valid, 4) + PCM
    body = b"WAVEfmt " + struct.pack("<I", 40) + form + b"data" + struct.pack("<I", len(data))
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data)
    return path


@pytest.mark.parametrize("level", [0.5, 0.02])
@pytest.mark.parametrize(("bits", "valid"), [(32, 24), (32, 16), (24, 16), (24, 20), (16, 12)])
def test_bits_that_stand_in_the_lower_part_are_named(tmp_path, bits, valid, level):
    numbers = np.rint(level * voice() * 2 ** (valid - 1))
    low = read(write(tmp_path / "low.wav", numbers, bits, valid)).notes
    said = f"low.wav: its {valid} bits stand in the lower part of {bits}, which makes it "
    assert low == [f"{said}{6.02 * (bits - valid):.0f} dB too quiet: save it anew"]
    assert translator("ru", "audio")(low[0]).startswith(f"low.wav: {valid} бит")
    right = write(tmp_path / "right.wav", numbers * 2 ** (bits - valid), bits, valid)
    assert read(right).notes == []


def test_a_header_of_fewer_bits_than_there_are_changes_nothing(tmp_path):
    numbers = np.rint(voice() * 2**31)
    assert read(write(tmp_path / "a.wav", numbers, 32, 24)).notes == []


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_a_number_of_bits_that_cannot_be_is_passed_over(tmp_path, bits):
    numbers = np.rint(voice() * 2 ** (bits - 1))
    plain = read(write(tmp_path / "plain.wav", numbers, bits, bits)).samples
    for valid in (0, bits, bits + 1, 65535):
        path = write(tmp_path / f"{valid}.wav", numbers, bits, valid)
        assert header(path).bits == 0
        found = read(path)
        assert found.notes == []
        assert (found.samples == plain).all()
    assert header(write(tmp_path / "a.wav", numbers, bits, bits - 4)).bits == bits - 4


@pytest.mark.parametrize(
    ("codec", "container", "name"), [("dca", "dts", "DTS"), ("ac3", "spdif", "IEC 61937")]
)
def test_packed_sound_in_a_wav_is_named(tmp_path, codec, container, name):
    soundfile.write(tmp_path / "a.wav", hiss(1, channels=2), 48_000)
    packed = tmp_path / "packed"
    options = ["-strict", "-2", "-c:a", codec, "-f", container]
    ffmpeg("-i", tmp_path / "a.wav", *options, packed)
    content = packed.read_bytes()
    samples = np.frombuffer(content[: len(content) // 4 * 4], "<i2").reshape(-1, 2)
    soundfile.write(tmp_path / "disc.wav", samples, 48_000, subtype="PCM_16")
    said = f"disc.wav: holds packed sound ({name}), which hisses when it is taken for samples"
    notes = read(tmp_path / "disc.wav").notes
    assert any(note.startswith(said) for note in notes), notes
    assert not any("hisses, but" in note or "sounds as if" in note for note in notes)


@pytest.mark.parametrize("before", [0, 700])
def test_a_packed_sphere_is_named(tmp_path, before):
    """Its header has 1024 bytes, in which other things may stand first."""
    head = b"NIST_1A\n   1024\nsample_count -i 16000\nsample_n_bytes -i 2\nchannel_count -i 1\n"
    head += b"sample_byte_format -s2 01\nsample_rate -i 16000\n"
    head += f"utterance -s{before} {'a' * before}\n".encode()
    head += b"sample_coding -s26 pcm,embedded-shorten-v2.00\nend_head\n"
    (tmp_path / "a.wav").write_bytes(head.ljust(1024) + b"ajkg\2" + hiss(1).tobytes())
    with pytest.raises(UserError, match=r"a.wav: a SPHERE file packed by Shorten; unpack it with"):
        read(tmp_path / "a.wav")
