"""Sound files as other programs leave them: without a length, joined, cut short, late, too loud."""

import numpy as np
import pytest
import soundfile
import torch

from audio.model import MaskNetwork
from audio.predict import clean_file
from audio.sound_files import read
from common.errors import UserError
from tests.cases.sounds import RATE, ffmpeg, hiss


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return MaskNetwork(width=8)


# --- how long it is --------------------------------------------------------------------------


def mp3(path, samples, *options):
    soundfile.write(path.with_suffix(".wav"), samples, RATE)
    ffmpeg("-i", path.with_suffix(".wav"), "-c:a", "libmp3lame", *options, path)
    return path


@pytest.mark.parametrize("quiet_first", [True, False])
def test_an_mp3_without_its_first_frame_is_read_to_the_end(tmp_path, quiet_first):
    """The rate of bits changes in the middle, so a guess from the first frames is far off."""
    level = np.where((np.arange(10 * RATE) < 5 * RATE) == quiet_first, 0, 1)[:, None]
    path = mp3(tmp_path / "a.mp3", level * hiss(10), "-q:a", 0, "-write_xing", 0)
    sound = read(path)
    assert sound.samples.shape[1] / RATE == pytest.approx(10, abs=0.2)
    assert all("nothing but zeros" in note for note in sound.notes)


@pytest.mark.parametrize("options", [["-q:a", 2], ["-b:a", "48k"]])
@pytest.mark.parametrize("id3", [0, 3])
def test_joined_mp3_files_are_read_to_the_end(tmp_path, options, id3):
    one = mp3(tmp_path / "a.mp3", hiss(3), *options, "-id3v2_version", id3)
    path = tmp_path / "joined.mp3"
    path.write_bytes(3 * one.read_bytes())
    assert read(path).samples.shape[1] / RATE == pytest.approx(9, abs=0.4)
    assert read(one).samples.shape[1] == 3 * RATE


@pytest.mark.parametrize("codec", ["libvorbis", "libopus"])
def test_joined_ogg_files_are_read_to_the_end(tmp_path, codec):
    soundfile.write(tmp_path / "a.wav", hiss(3), RATE)
    ffmpeg("-i", tmp_path / "a.wav", "-c:a", codec, tmp_path / "a.ogg")
    (tmp_path / "joined.ogg").write_bytes(2 * (tmp_path / "a.ogg").read_bytes())
    sound = read(tmp_path / "joined.ogg")
    assert sound.samples.shape[1] / sound.sample_rate == pytest.approx(6, abs=0.1)


def test_of_joined_wav_files_the_first_is_read_and_the_others_are_named(tmp_path):
    soundfile.write(tmp_path / "a.wav", hiss(3), RATE)
    (tmp_path / "joined.wav").write_bytes(2 * (tmp_path / "a.wav").read_bytes())
    sound = read(tmp_path / "joined.wav")
    assert sound.samples.shape[1] == 3 * RATE
    assert sound.notes == [
        "joined.wav: another sound follows it in the same file, and was not read"
    ]


def test_an_mp3_with_a_tag_at_its_end_is_whole(tmp_path):
    path = mp3(tmp_path / "a.mp3", hiss(3), "-write_id3v1", 1, "-metadata", "title=Звук")
    sound = read(path)
    assert (sound.samples.shape[1], sound.notes) == (3 * RATE, [])


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        ("WAV", "PCM_16"),
        ("WAV", "FLOAT"),
        ("WAV", "ULAW"),
        ("WAVEX", "PCM_24"),
        ("RF64", "PCM_16"),
        ("AIFF", "PCM_16"),
        ("AU", "PCM_16"),
        ("W64", "PCM_16"),
    ],
)
def test_a_truncated_file_says_how_much_is_missing(tmp_path, kind, subtype):
    path = tmp_path / "a.wav"
    soundfile.write(path, hiss(3, 2), RATE, format=kind, subtype=subtype)
    assert read(path).notes == []
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    (note,) = read(path).notes
    assert "cut short or damaged: " in note
    assert "of the 3.00 s that it promises" in note


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF - 36])
def test_a_wav_that_was_streamed_promises_nothing(tmp_path, size):
    path = tmp_path / "a.wav"
    soundfile.write(path, hiss(2), RATE)
    data = bytearray(path.read_bytes())
    data[40:44] = size.to_bytes(4, "little")
    path.write_bytes(data)
    sound = read(path)
    assert (sound.samples.shape[1], sound.notes) == (2 * RATE, [])


def test_a_flac_that_was_streamed_promises_nothing(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, hiss(2), RATE)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # the 36 bits of the number of samples
    data[22:26] = bytes(4)
    path.write_bytes(data)
    sound = read(path)
    assert (sound.samples.shape[1], sound.notes) == (2 * RATE, [])


def test_a_caf_that_was_streamed_promises_nothing(tmp_path):
    path, source = tmp_path / "a.caf", tmp_path / "source.wav"
    soundfile.write(source, hiss(10), RATE)
    ffmpeg("-i", source, path)
    data = bytearray(path.read_bytes())
    place = data.index(b"data") + 4
    assert int.from_bytes(data[place : place + 8], "big") == len(data) - place - 8
    data[place : place + 8] = b"\xff" * 8
    path.write_bytes(data)
    sound = read(path)
    assert (sound.samples.shape[1], sound.notes) == (10 * RATE, [])


@pytest.mark.parametrize("name", ["a.ogg", "a.opus", "a.mkv", "a.caf", "a.mp4"])
def test_a_cut_file_that_promises_no_length_is_named_too(tmp_path, name):
    path, source = tmp_path / name, tmp_path / "source.wav"
    soundfile.write(source, hiss(10), RATE)
    ffmpeg("-i", source, *(["-movflags", "+faststart"] if name == "a.mp4" else []), path)
    assert read(path).notes == []
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound = read(path)
    assert 2 < sound.samples.shape[1] / sound.sample_rate < 8
    (note,) = sound.notes
    assert note.startswith(f"{name}: cut short or damaged")


def test_an_ogg_that_was_recorded_from_a_stream_is_whole(tmp_path):
    """No page of it says that it is the last, but all are there."""
    path = tmp_path / "a.ogg"
    soundfile.write(path, hiss(5), RATE)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"OggS")])
    assert read(path).notes == []


@pytest.mark.parametrize("name", ["a.ogg", "a.opus", "a.m4a", "a.mka"])
def test_a_place_that_is_damaged_in_the_middle_is_named(tmp_path, name):
    path, source = tmp_path / name, tmp_path / "source.wav"
    soundfile.write(source, hiss(10), RATE)
    ffmpeg("-i", source, *(["-c:a", "aac"] if name == "a.mka" else []), path)
    whole = path.read_bytes()
    assert read(path).notes == []
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes(400) + whole[middle + 400 :])
    (note,) = read(path).notes
    assert note.startswith(f"{name}: cut short or damaged")


def test_several_sound_tracks_are_said(tmp_path):
    soundfile.write(tmp_path / "a.wav", hiss(1), RATE)
    one = ["-i", tmp_path / "a.wav"]
    ffmpeg(*one, *one, "-map", "0:a", "-map", "1:a", "-c:a", "aac", tmp_path / "a.mp4")
    assert read(tmp_path / "a.mp4").notes == ["a.mp4: holds 2 sound tracks: the first was read"]


@pytest.mark.parametrize(
    "name", ["a.avi", "a.ts", "a.mp4", "a.mkv", "a.webm", "a.mov", "a.m4a", "a.aac", "a.wma"]
)
def test_a_whole_file_is_not_called_cut_short(tmp_path, name):
    soundfile.write(tmp_path / "source.wav", hiss(3), RATE)
    picture = ["-f", "lavfi", "-i", "color=c=red:s=64x64:d=3:r=25"]
    picture = [] if name in ("a.m4a", "a.aac", "a.wma") else picture
    ffmpeg(*picture, "-i", tmp_path / "source.wav", tmp_path / name)
    sound = read(tmp_path / name)
    assert sound.notes == []
    assert sound.samples.shape[1] / sound.sample_rate == pytest.approx(3, abs=0.15)


# --- when it begins --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mkv", "pcm_s16le"), ("a.mp4", "aac"), ("a.webm", "libopus")]
)
@pytest.mark.parametrize("late", [0, 1])
def test_sound_stays_where_the_picture_has_it(network, tmp_path, name, codec, late):
    beep = np.zeros(2 * RATE)
    beep[RATE // 2 :][:400] = 0.5 * np.sin(np.arange(400) * 0.4)
    soundfile.write(tmp_path / "beep.wav", beep, RATE)
    picture = ["-f", "lavfi", "-i", "color=c=red:s=64x64:d=3:r=25"]
    sound = ["-itsoffset", late, "-i", tmp_path / "beep.wav"]
    ffmpeg(*picture, *sound, "-map", "0:v", "-map", "1:a", "-c:a", codec, tmp_path / name)
    done = clean_file(network, tmp_path / name, tmp_path / "clean.wav")
    samples, rate = soundfile.read(tmp_path / "clean.wav")
    assert len(samples) / rate == pytest.approx(2 + late, abs=0.1)
    assert np.abs(samples).argmax() / rate == pytest.approx(0.5 + late, abs=0.1)
    assert any("after the picture" in note for note in done.notes) == bool(late)


@pytest.mark.parametrize("size", [40, 44, 60, 100])
def test_an_mp3_that_is_hardly_begun_is_refused(tmp_path, size):
    path = mp3(tmp_path / "a.mp3", hiss(1), "-id3v2_version", 0)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(UserError, match="no sound found in it|holds no samples"):
        read(path)


def test_a_tag_before_a_wav_is_named(tmp_path):
    """As a program leaves it that takes every sound for an MP3."""
    soundfile.write(tmp_path / "a.wav", hiss(1), RATE)
    tag = b"ID3\3\0\0\0\0\0\12" + bytes(10)
    (tmp_path / "b.wav").write_bytes(tag + (tmp_path / "a.wav").read_bytes())
    with pytest.raises(UserError, match="a tag as MP3 has, and behind it no MP3"):
        read(tmp_path / "b.wav")


def test_a_cut_video_without_its_index_is_called_so(tmp_path):
    soundfile.write(tmp_path / "a.wav", hiss(2), RATE)
    path = tmp_path / "a.mp4"
    ffmpeg("-i", tmp_path / "a.wav", "-c:a", "aac", path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match="cut short: its index, which stands at its end"):
        read(path)


def test_text_that_begins_like_a_tag_is_refused(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3" + bytes(200))
    with pytest.raises(UserError, match="no sound found in it"):
        read(path)


def test_a_gap_in_the_times_of_a_sound_is_said(tmp_path):
    """As screen recorders leave them: nothing is stored, and what follows is marked as later."""
    soundfile.write(tmp_path / "a.wav", hiss(6), RATE)
    leap = "aselect='not(between(t,2,4))'"
    for name, options in (("gap.mkv", ["-af", leap]), ("whole.mkv", []), ("whole.mp4", [])):
        codec = ["-c:a", "aac" if name.endswith("4") else "flac"]
        ffmpeg("-i", tmp_path / "a.wav", *options, *codec, tmp_path / name)
    (note,) = read(tmp_path / "gap.mkv").notes
    assert note.startswith(("gap.mkv: its times leap over 1.9", "gap.mkv: its times leap over 2.0"))
    assert read(tmp_path / "whole.mkv").notes == read(tmp_path / "whole.mp4").notes == []
