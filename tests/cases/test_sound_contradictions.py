"""Sounds whose files contradict themselves, or were damaged on their way in ways of their own."""

import struct

import numpy as np
import pytest

from audio.sound_files import read
from common.errors import UserError
from common.translation import translator
from tests.cases.sounds import RATE, ffmpeg, hiss, voice
from tests.cases.test_sound_forms import whole, write

RUSSIAN = translator("ru", "audio")


def chunk(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


@pytest.fixture
def sound(tmp_path):
    return write(tmp_path / "a.wav", whole(np.tile(voice(), 3), 16).tobytes(), 16)


def with_header(path, place, form, value):
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, place, value)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_a_rate_that_the_bytes_in_a_second_contradict_is_told(sound, rate):
    said = (
        f"a.wav: its header says {rate:,} samples in a second and 32,000 bytes, which are 16,000 "
        "samples: one of both is wrong, so it may play too fast or too slow"
    )
    assert read(with_header(sound, 24, "<I", rate)).notes == [said] * (rate != RATE)
    assert "что-то одно неверно" in RUSSIAN(said)


@pytest.mark.parametrize(("place", "form", "value"), [(28, "<I", 0), (32, "<H", 4)])
def test_a_header_that_is_careless_tells_nothing(sound, place, form, value):
    """No bytes in a second; and two samples in a frame, which nobody heeds."""
    assert read(with_header(sound, place, form, value)).notes == []


@pytest.mark.parametrize("told", [RATE, 2 * RATE, 4 * RATE])
def test_samples_in_place_of_bytes_in_a_second_tell_nothing(tmp_path, told):
    """Those of one channel or of both, or the bytes of one; and the right number."""
    data = whole(np.repeat(np.tile(voice(), 2), 2), 16).tobytes()
    path = write(tmp_path / "a.wav", data, 16, channels=2)
    assert read(with_header(path, 28, "<I", told)).notes == []


@pytest.mark.parametrize(("told", "known"), [(48_000, True), (16_016, False), (16_000, False)])
def test_the_rate_in_a_recorders_notes_is_compared(sound, told, known):
    content = sound.read_bytes()
    notes = f"<BWFXML><SPEED><FILE_SAMPLE_RATE>{told}</FILE_SAMPLE_RATE></SPEED></BWFXML>"
    content = content[:36] + chunk(b"iXML", notes.encode()) + content[36:]
    sound.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])
    said = read(sound).notes
    assert [f"its notes (iXML) {told:,}: one of both is wrong" in note for note in said] == [
        True
    ] * known
    assert all("в заметках (iXML)" in RUSSIAN(note) for note in said)


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        (whole(hiss(2)[:, 0], 16).tobytes(), True),
        (chunk(b"LIST", b"adtl" + bytes(8000)), False),
        (bytes(40_000), False),
        (b"TAG" + b"\x01" * 125, False),
        (b"ID3\x03" + b"\x01" * 10_000, False),
    ],
)
def test_sound_behind_what_the_header_counts_is_told(sound, behind, told):
    """A recorder that lost its power has counted no more than the beginning."""
    sound.write_bytes(sound.read_bytes() + behind)
    counted = f"behind the {6 * RATE:,} that its header counts"
    said = [f"a.wav: holds {len(behind):,} more bytes {counted}"]
    notes = read(sound).notes
    assert [note.partition(", which were not read")[0] for note in notes] == said * told
    assert all("они не прочитаны" in RUSSIAN(note) for note in notes)


def test_a_file_that_was_carried_as_a_text_is_told(sound):
    content = sound.read_bytes()
    assert read(sound).notes == []
    sound.write_bytes(content.replace(b"\n", b"\r\n"))
    (note,) = read(sound).notes
    assert "before each byte 10 stands a byte 13" in note
    assert "скачайте заново" in RUSSIAN(note)
    level = np.full(RATE, 0x0A0D, "<i2").tobytes()  # a constant of these very bytes
    said = read(write(sound, level, 16)).notes
    assert not any("byte 13" in line for line in said)


def test_notes_beside_a_silence_may_be_a_text_of_windows(sound):
    content, notes = sound.read_bytes(), b"".join(b"<N%d>1</N%d>\r\n" % (n, n) for n in range(60))
    for silence in (content[:44] + bytes(len(content) - 44), content):
        parts = silence[12:36] + chunk(b"iXML", bytes(range(128, 256)) + notes) + silence[36:]
        sound.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WAVE" + parts)
        said = read(sound).notes
        assert not any("byte 13" in note for note in said)


def test_each_part_of_a_voc_is_read(tmp_path, sound):
    """libsndfile takes the heads of its parts for samples, which stand later and later."""
    ffmpeg("-i", sound, tmp_path / "a.voc")
    np.testing.assert_array_equal(read(tmp_path / "a.voc").samples, read(sound).samples)


@pytest.mark.parametrize("name", ["a.webm", "a.mka"])
def test_zeros_in_place_of_an_end_are_told_by_the_length_in_the_header(tmp_path, sound, name):
    ffmpeg("-i", sound, "-c:a", "libopus", tmp_path / name)
    assert read(tmp_path / name).notes == []
    content = (tmp_path / name).read_bytes()
    there = len(content) // 2
    (tmp_path / name).write_bytes(content[:there] + bytes(len(content) - there))
    (note,) = read(tmp_path / name).notes
    assert note.startswith(f"{name}: cut short or damaged: 1.")
    assert note.endswith("s of the 3.00 s that it promises were read")


@pytest.mark.parametrize("name", ["a.mka", "a.m4a", "a.wma"])
def test_a_sound_that_begins_late_or_beside_a_longer_one_is_whole(tmp_path, sound, name):
    path = tmp_path / name
    ffmpeg("-itsoffset", 5, "-i", sound, path)
    assert read(path).notes == []
    longer = ["-f", "lavfi", "-i", "sine=duration=8"]
    ffmpeg("-i", sound, *longer, "-map", 0, "-map", 1, path)
    (note,) = read(path).notes
    assert note == f"{name}: holds 2 sound tracks: the first was read"


def test_a_header_that_contradicts_itself_hides_no_damage(tmp_path, sound):
    """libsndfile does not read this WAV."""
    ffmpeg("-i", sound, "-c:a", "mp2", tmp_path / "b.wav")
    content = (tmp_path / "b.wav").read_bytes()
    place = content.index(b"data")
    notes = chunk(b"iXML", b"<FILE_SAMPLE_RATE>44100</FILE_SAMPLE_RATE>")
    content = content[:place] + notes + content[place:]
    (tmp_path / "b.wav").write_bytes(content[: 2 * len(content) // 3])
    said = "; ".join(read(tmp_path / "b.wav").notes)
    assert "its notes (iXML) 44,100" in said
    assert "cut short or damaged: a part of it could not be read" in said


def test_a_flac_is_read_on_behind_a_tag_or_a_damaged_place(tmp_path, sound):
    """libsndfile loses its last frames where a tag follows, and all behind a bit that changed."""
    ffmpeg("-i", sound, tmp_path / "a.flac")
    content = bytearray((tmp_path / "a.flac").read_bytes())
    (tmp_path / "tag.flac").write_bytes(content + b"TAG" + bytes(125))
    found = read(tmp_path / "tag.flac")
    np.testing.assert_array_equal(found.samples, read(sound).samples)
    assert found.notes == []
    content[2 * len(content) // 3] ^= 16  # behind the padding of its header
    (tmp_path / "bit.flac").write_bytes(content)
    found = read(tmp_path / "bit.flac")
    assert found.samples.shape[1] == 3 * RATE
    assert "bit.flac: damaged: a part of it could not be read" in found.notes
    np.testing.assert_array_equal(found.samples[0, -RATE:], read(sound).samples[0, -RATE:])


def test_what_is_read_of_a_damaged_file_is_told_in_russian(tmp_path, sound):
    for name, more in {"a.m4a": ["-movflags", "+faststart"], "a.opus": []}.items():
        ffmpeg("-i", sound, *more, tmp_path / name)
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2])
        notes = read(tmp_path / name).notes
        assert any("cut short or damaged" in note for note in notes)
        assert all("обрезан или повреждён" in RUSSIAN(note) for note in notes)


@pytest.mark.parametrize("words", ["#EXTM3U\nкот.mp3\n", '{"error": "not found"}', "1 2 3\n4 5 6"])
def test_a_text_is_called_one(tmp_path, words):
    (tmp_path / "a.mp3").write_text(words, encoding="utf-8")
    with pytest.raises(UserError, match=r"\(a text or a playlist\); expected wav") as caught:
        read(tmp_path / "a.mp3")
    assert "звука нет (текст или список воспроизведения)" in RUSSIAN(str(caught.value))


def test_bytes_that_are_no_numbers_are_not_called_whole_numbers_too(tmp_path):
    data = np.tile(voice(), 2).astype("<f4").tobytes()
    spoilt = write(tmp_path / "a.wav", data[:60_001] + data[60_002:] + b"\0", 32, tag=3)
    notes = read(spoilt).notes
    assert any("are no numbers" in note for note in notes)
    assert not any("times full scale" in note for note in notes)


def test_dts_is_read(tmp_path, sound):
    ffmpeg("-i", sound, "-c:a", "dca", "-strict", -2, "-ar", 48_000, tmp_path / "a.dts")
    found = read(tmp_path / "a.dts")
    assert found.sample_rate == 48_000
    assert abs(found.samples.shape[1] / 48_000 - 3) < 0.05
