"""How loud a sound is, how finely it is stored, and what is no sound at all."""

import numpy as np
import pytest
import soundfile
import torch

from audio.model import MaskNetwork
from audio.predict import clean_file, clean_samples
from audio.sound_files import Stream, read
from common.errors import UserError
from common.translation import translator
from tests.cases.sounds import RATE, ffmpeg, hiss, voice


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return MaskNetwork(width=8)


# --- how loud it is, and how finely stored ---------------------------------------------------


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_floating_point_above_full_scale_keeps_its_level(network, tmp_path, subtype):
    sound = 0.6 * np.tanh(5 * hiss(2))
    gains = []
    for name, factor in (("a", 1), ("b", 6)):
        soundfile.write(tmp_path / f"{name}.wav", factor * sound, RATE, subtype=subtype)
        done = clean_file(network, tmp_path / f"{name}.wav", tmp_path / f"{name}-out.wav")
        assert done.notes == []
        gains.append(done.gain)
    assert gains[1] == pytest.approx(gains[0], rel=1e-4)
    quiet, loud = (soundfile.read(tmp_path / f"{name}-out.wav")[0] for name in "ab")
    np.testing.assert_allclose(loud, 6 * quiet, atol=1e-3)
    np.testing.assert_allclose(
        clean_samples(network, 6 * sound[:, 0], RATE), loud, atol=1e-3, err_msg="in Python"
    )


def test_a_format_that_ends_at_full_scale_says_what_it_did_to_the_level(network, tmp_path):
    soundfile.write(tmp_path / "a.wav", 9 * hiss(2), RATE, subtype="FLOAT")
    (note,) = clean_file(network, tmp_path / "a.wav", tmp_path / "b.flac").notes
    assert note.startswith("a.wav: goes above full scale, which b.flac cannot: made ")
    assert note.endswith("dB quieter; a .wav keeps the level")
    assert np.abs(soundfile.read(tmp_path / "b.flac")[0]).max() <= 0.991


@pytest.mark.parametrize(
    ("subtype", "low", "whole"), [("PCM_24", 16, 24), ("PCM_32", 16, 32), ("PCM_32", 24, 32)]
)
def test_bits_that_were_not_shifted_up_are_asked_about(tmp_path, subtype, low, whole):
    path, sound = tmp_path / "a.wav", 0.9 * voice() / np.abs(voice()).max()
    soundfile.write(path, sound * 2.0 ** (low - whole), RATE, subtype=subtype)
    (note,) = read(path).notes
    assert note.endswith(f" as {low} bits in the lower part of {whole} are: is it so quiet?")
    assert f"is {6.02 * (whole - low) + 0.9:.0f} dB below full scale" in note
    assert "дБ ниже" in translator("ru", "audio")(note)
    # A quiet room, whose sound stands far below the highest of those bits, hears nothing of it.
    for level in (1.0, 0.1, 0.01, *(2.0 ** (low - whole) * np.array([1.2, 0.5, 0.2, 0.05]))):
        soundfile.write(path, sound * level, RATE, subtype=subtype)
        assert not [note for note in read(path).notes if f"as {low} bits" in note]


def test_floating_point_that_was_clipped_is_still_called_so(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.clip(20 * hiss(2), -1, 1), RATE, subtype="FLOAT")
    (note,) = read(tmp_path / "a.wav").notes
    assert "clipped: " in note


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
@pytest.mark.parametrize("limits", [(-0.3, 0.3), (-0.3, 1), (-1, 0.3)])
def test_a_sound_that_was_clipped_and_then_made_quieter_is_called_so(tmp_path, subtype, limits):
    soundfile.write(tmp_path / "a.wav", np.clip(voice(), *limits), RATE, subtype=subtype)
    said = "a.wav: clipped: its samples are cut off at 0.30 of full scale"
    assert said in read(tmp_path / "a.wav").notes


TIMES = np.arange(RATE) / RATE
SQUARE = 0.5 * np.sign(np.sin(2 * np.pi * 440 * TIMES + 0.1))


@pytest.mark.parametrize(
    "sound",
    [
        *(voice(), 0.01 * voice(), np.tanh(9 * voice()) * 0.9, hiss(2)),
        np.sin(2 * np.pi * 440 * TIMES),
        0.7 * np.sin(2 * np.pi * 30 * TIMES),
        2 * np.abs(110 * TIMES % 1 * 2 - 1) - 1,
        0.5 * np.sign(np.sin(2 * np.pi * 220 * TIMES)),
        (np.arange(RATE) % 160 == 0) * 1.0,
        (np.arange(RATE) % 160 == 0) * 0.5,
        np.random.default_rng(0).integers(-1, 2, RATE) / 32768,
        SQUARE * np.minimum(1, np.minimum(TIMES, 1 - TIMES) / 0.02),
        SQUARE * np.clip(9 * np.sin(2 * np.pi * 8 * TIMES), 0, 1),
        np.append(0.5 * voice()[: RATE // 2], SQUARE[: RATE // 2] * np.exp(-TIMES[: RATE // 2])),
        np.sin(2 * np.pi * 30 * TIMES),
    ],
)
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_U8", "FLOAT"])
def test_peaks_that_are_right_are_not_called_clipped(tmp_path, sound, subtype):
    soundfile.write(tmp_path / "a.wav", sound, RATE, subtype=subtype)
    assert not any("clipped" in note or "hisses" in note for note in read(tmp_path / "a.wav").notes)


@pytest.mark.parametrize(
    ("source", "target", "kept"),
    [
        (("a.wav", "PCM_32"), "b.flac", "PCM_24"),
        (("a.wav", "FLOAT"), "b.flac", "PCM_24"),
        (("a.wav", "PCM_24"), "b.flac", "PCM_24"),
        (("a.wav", "PCM_U8"), "b.flac", "PCM_S8"),
        (("a.flac", "PCM_S8"), "b.wav", "PCM_U8"),
        (("a.aiff", "PCM_24"), "b.wav", "PCM_24"),
        (("a.wav", "DOUBLE"), "b.wav", "DOUBLE"),
        (("a.wav", "ULAW"), "b.flac", "PCM_16"),
        (("a.caf", "ALAC_24"), "b.wav", "PCM_24"),
        (("a.ogg", "VORBIS"), "b.wav", "PCM_16"),
        (("a.mov", "pcm_s24le"), "b.wav", "PCM_24"),
        (("a.mkv", "pcm_f32le"), "b.wav", "FLOAT"),
        (("a.m4a", "alac"), "b.flac", "PCM_24"),
        (("a.m4a", "aac"), "b.wav", "PCM_16"),
    ],
)
def test_resolution_is_kept_or_the_nearest_is_taken(network, tmp_path, source, target, kept):
    name, subtype = source
    if subtype.islower():
        soundfile.write(tmp_path / "source.wav", hiss(1), RATE, subtype="PCM_24")
        ffmpeg("-i", tmp_path / "source.wav", "-c:a", subtype, tmp_path / name)
    else:
        soundfile.write(tmp_path / name, hiss(1), RATE, subtype=subtype)
    clean_file(network, tmp_path / name, tmp_path / target)
    assert soundfile.info(tmp_path / target).subtype == kept


def test_a_start_that_cannot_be_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setattr("audio.ffmpeg.LATEST_START", 0.5)
    picture = ["-f", "lavfi", "-i", "color=c=red:s=64x64:d=3:r=25"]
    soundfile.write(tmp_path / "a.wav", hiss(1), RATE)
    late = ["-itsoffset", 1, "-i", tmp_path / "a.wav", "-c:a", "pcm_s16le"]
    ffmpeg(*picture, *late, tmp_path / "a.mkv")
    stream = Stream(tmp_path / "a.mkv")
    assert sum(block.shape[1] for block in stream) == RATE


# --- what it is ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "a web page"),
        (b"\n<html>\n", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "Git LFS"),
        (b"PK\x03\x04" + bytes(100), "a zip archive"),
        (b"%PDF-1.7\n", "a PDF"),
    ],
)
def test_what_a_download_left_in_place_of_a_sound_is_named(tmp_path, content, kind):
    for name in ("a.wav", "a.mp3"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=f"{name}: .*{kind}"):
            read(tmp_path / name)


def test_a_video_without_sound_is_called_so(tmp_path):
    ffmpeg("-f", "lavfi", "-i", "color=c=red:s=64x64:d=1:r=25", tmp_path / "a.mp4")
    with pytest.raises(UserError, match="no sound track"):
        read(tmp_path / "a.mp4")


def test_a_header_without_a_rate_is_refused_in_plain_words(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, hiss(1), RATE)
    data = bytearray(path.read_bytes())
    data[24:28] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(UserError, match="its header names no rate that a sound has"):
        read(path)


def test_a_second_sound_within_a_wav_is_named(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, hiss(1), RATE)
    data = path.read_bytes()
    more = data[36:]  # the chunk `data`
    path.write_bytes(data[:4] + (len(data) + len(more) - 8).to_bytes(4, "little") + data[8:] + more)
    sound = read(path)
    assert sound.samples.shape[1] == RATE
    assert sound.notes == ["a.wav: another sound follows it in the same file, and was not read"]


def test_an_mp3_in_a_wav_is_cleaned_to_a_plain_wav(network, tmp_path):
    soundfile.write(tmp_path / "source.wav", hiss(1), RATE)
    ffmpeg("-i", tmp_path / "source.wav", "-c:a", "libmp3lame", tmp_path / "a.wav")
    clean_file(network, tmp_path / "a.wav", tmp_path / "b.wav")
    assert soundfile.info(tmp_path / "b.wav").subtype == "PCM_16"


@pytest.mark.parametrize(("channels", "silent"), [(2, [1]), (6, [0, 3])])
def test_a_channel_in_which_nothing_is_heard_is_named(tmp_path, channels, silent):
    sound = hiss(1, channels)
    sound[:, silent] = 0
    soundfile.write(tmp_path / "a.wav", sound, RATE)
    named = ", ".join(str(number + 1) for number in silent)
    assert read(tmp_path / "a.wav").notes == [
        f"a.wav: nothing is heard in channel {named} of {channels}"
    ]


def test_whole_numbers_in_floating_point_are_named(tmp_path):
    sound = 32768 * hiss(1)
    soundfile.write(tmp_path / "a.wav", sound, RATE, subtype="FLOAT")
    (note,) = read(tmp_path / "a.wav").notes
    assert note.startswith(f"a.wav: reaches {np.abs(sound).max():,.0f} times full scale")
    soundfile.write(tmp_path / "a.wav", 30 * hiss(1), RATE, subtype="FLOAT")
    assert read(tmp_path / "a.wav").notes == []
