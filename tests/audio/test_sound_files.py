"""Sound files of every kind, whole and damaged, and what is said of them."""

import re
import subprocess
import tracemalloc
import wave

import imageio_ffmpeg
import librosa
import numpy as np
import pytest
import soundfile

from audio.folders import find_sounds
from audio.sound_files import Sound, Stream, Writer, read, reblocked, write
from common.errors import UserError


def tone(seconds=1.0, rate=16_000, channels=1, level=0.3):
    time = np.arange(round(seconds * rate)) / rate
    return np.stack(
        [level * np.sin(2 * np.pi * 330 * (1 + number) * time) for number in range(channels)]
    ).astype(np.float32)


def put(path, samples, rate=16_000, **how):
    soundfile.write(path, samples.T, rate, **how)
    return path


def film(path, samples, rate):
    """A video with a sound track, made by ffmpeg from a WAV file."""
    sound = put(path.with_suffix(".source.wav"), samples, rate)
    picture = ["-f", "lavfi", "-i", "color=black:size=64x64:rate=5:duration=1"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", sound, *picture]
    subprocess.run([*command, "-c:a", "aac", "-shortest", path], check=True)
    return path


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("name", ["звук.wav", "a b.flac"])
def test_what_is_written_is_read_again(tmp_path, name, rate, channels):
    samples = tone(0.2, rate, channels)
    write(tmp_path / name, samples, rate)
    sound = read(tmp_path / name)
    assert (sound.sample_rate, sound.samples.shape) == (rate, samples.shape)
    assert np.abs(sound.samples - samples).max() < 1e-4
    assert sound.notes == []
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.ogg", "a.mp3"])
def test_lossy_files_sound_the_same(tmp_path, name):
    samples = tone(2.0)
    write(tmp_path / name, samples, 16_000)
    again = read(tmp_path / name).samples
    assert again.shape == samples.shape
    assert np.abs(again - samples)[:, 1600:-1600].max() < 0.02


def test_a_videos_sound_track_is_read(tmp_path):
    samples = tone(1.0, 44_100, 2)
    sound = read(film(tmp_path / "фильм.mp4", samples, 44_100))
    assert (sound.sample_rate, len(sound.samples)) == (44_100, 2)
    middle = slice(8_000, 30_000)
    assert np.abs(sound.samples[:, middle] - samples[:, middle]).max() < 0.05


def test_a_video_without_sound_and_a_picture_are_refused(tmp_path):
    path = tmp_path / "mute.mp4"
    silent = ["-f", "lavfi", "-i", "color=black:size=64x64:rate=5:duration=1"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *silent, path], check=True)
    with pytest.raises(UserError, match="no sound found in it"):
        read(path)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\nc=IN IP4 127.0.0.1\n",
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".m3u8", ".wav"])
def test_a_playlist_opens_no_other_file(tmp_path, playlist, suffix):
    secret = put(tmp_path / "secret.wav", tone())
    path = tmp_path / f"list{suffix}"
    path.write_text(playlist.format(secret=secret))
    with pytest.raises(UserError, match="no sound found in it"):
        read(path)


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_rate_is_converted_as_librosa_does(tmp_path, rate):
    samples = np.random.default_rng(0).normal(0, 0.1, (2, 3 * rate)).astype(np.float32)
    path = put(tmp_path / "a.wav", samples, rate, subtype="FLOAT")
    ours = read(path, 16_000)
    theirs = librosa.resample(samples, orig_sr=rate, target_sr=16_000)
    assert ours.sample_rate == 16_000
    assert ours.samples.shape == theirs.shape
    assert np.abs(ours.samples - theirs).max() < 1e-4


def test_blocks_are_the_whole_cut(tmp_path):
    samples = tone(1.7, 16_000, 2)
    path = put(tmp_path / "a.wav", samples, subtype="FLOAT")
    stream = Stream(path, 5000, sample_rate=8_000)
    blocks = list(stream)
    assert [block.shape[1] for block in blocks[:-1]] == [5000, 5000]
    whole = np.concatenate(blocks, axis=1)
    np.testing.assert_allclose(whole, read(path, 8_000).samples, atol=1e-6)
    again = np.concatenate(list(stream), axis=1)
    np.testing.assert_array_equal(whole, again)


def test_reblocking_loses_nothing():
    draw = np.random.default_rng(2)
    samples = draw.normal(size=(3, 1000))
    cut = np.split(samples, np.sort(draw.integers(0, 1000, 20)), axis=1)
    for size in (1, 7, 999, 1000, 5000):
        blocks = list(reblocked(cut, size))
        assert all(block.shape[1] == size for block in blocks[:-1])
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), samples)


def test_twenty_minutes_pass_in_constant_memory(tmp_path):
    """Decoded, they would be 38 MB."""
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        minute = (128 + 60 * np.sin(np.arange(8_000 * 60) / 9)).astype(np.uint8).tobytes()
        for _ in range(20):
            file.writeframes(minute)
    tracemalloc.start()
    count = sum(block.shape[1] for block in Stream(path, 1 << 16))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20 * 60 * 8_000
    assert peak < 5e6


# What is wrong with a file, and what is said of it.


def test_one_sample_is_a_sound(tmp_path):
    assert read(put(tmp_path / "a.wav", np.full((1, 1), 0.5))).samples.tolist() == [[0.5]]
    assert read(put(tmp_path / "b.wav", np.full((1, 1), 0.5)), 8_000).samples.shape[1] <= 1


def test_samples_that_are_no_numbers_become_silence_and_are_named(tmp_path):
    samples = tone(1.0, 16_000, 2)
    samples[1, 8_000:8_003] = np.nan, np.inf, -1e30
    path = put(tmp_path / "a.wav", samples, subtype="FLOAT")
    sound = read(path, 8_000)
    assert np.isfinite(sound.samples).all()
    assert np.abs(sound.samples).max() < 1
    (note,) = sound.notes
    assert note == "a.wav: 3 samples are no numbers, the first at 0.500 s: taken as silence"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: 0 * x, "silent from beginning to end"),
        (lambda x: np.clip(9 * x, -1, 1), r"clipped: \d+\.\d+% of its samples stand at full scale"),
        (lambda x: x + 0.2, r"its mean is \+0\.200 and not 0"),
    ],
)
def test_what_is_odd_is_said(tmp_path, change, words):
    (note,) = read(put(tmp_path / "a.wav", change(tone()))).notes
    assert re.fullmatch(f"a.wav: {words}.*", note)


@pytest.mark.parametrize("name", ["a.mp3", "a.flac"])
def test_a_file_cut_short_says_how_much_was_read(tmp_path, name, capfd):
    path = put(tmp_path / name, np.random.default_rng(0).normal(0, 0.1, (1, 80_000)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound = read(path)
    assert 1.5 < sound.samples.shape[1] / 16_000 < 3
    seconds = sound.samples.shape[1] / 16_000
    said = f"{name}: cut short or damaged: {seconds:.2f} s of the 5.00 s that it promises were read"
    assert sound.notes == [said]


@pytest.mark.parametrize("name", ["speech.wav", "speech.mp3", "speech.mp4", "speech.raw"])
def test_text_under_the_name_of_a_sound_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("Это текст, а не звук.\n" * 50, encoding="utf-8")
    with pytest.raises(UserError, match=f"{name}: no sound found in it .*expected wav, flac"):
        read(path)


def test_what_cannot_be_a_file_is_refused(tmp_path):
    (tmp_path / "empty.wav").touch()
    put(tmp_path / "none.wav", np.zeros((1, 0)))
    for name, words in (
        ("empty.wav", "is empty"),
        ("none.wav", "holds no samples that can be read"),
        ("missing.wav", "cannot be read: No such file"),
        (".", "cannot be read: "),
        ("a\0b.wav", "cannot be a file"),
    ):
        with pytest.raises(UserError, match=words):
            read(tmp_path / name)


def test_an_impossible_rate_is_refused(tmp_path):
    with pytest.raises(UserError, match="100 samples per second, expected 2,000 to"):
        read(put(tmp_path / "a.wav", tone(), 100))


def test_without_ffmpeg_a_video_is_refused_in_one_line(tmp_path, monkeypatch):
    def missing():
        raise RuntimeError("No ffmpeg exe could be found.")

    path = tmp_path / "a.mp4"
    path.write_bytes(b"\0" * 100)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", missing)
    with pytest.raises(UserError, match="needs ffmpeg, which is not there"):
        read(path)


def test_a_stream_left_early_leaves_no_process(tmp_path, monkeypatch):
    started = []

    class Watched(subprocess.Popen):
        def __init__(self, *arguments, **how):
            super().__init__(*arguments, **how)
            started.append(self)

    monkeypatch.setattr("audio.ffmpeg.subprocess.Popen", Watched)
    path = film(tmp_path / "a.mkv", tone(20.0, 44_100), 44_100)
    started.clear()
    blocks = iter(Stream(path, 1000))
    next(blocks)
    blocks.close()
    assert started
    assert all(process.returncode is not None for process in started)


# Writing.


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT"])
def test_resolution_is_kept_where_the_format_has_it(tmp_path, subtype):
    source = read(put(tmp_path / "a.wav", tone(), subtype=subtype))
    write(tmp_path / "b.wav", source.samples, 16_000, like=source)
    assert soundfile.info(tmp_path / "b.wav").subtype == subtype
    write(tmp_path / "c.flac", source.samples, 16_000, like=source)
    kept = {"FLOAT": "PCM_24", "PCM_32": "PCM_24"}.get(subtype, subtype)
    assert soundfile.info(tmp_path / "c.flac").subtype == kept


def test_what_exceeds_full_scale_is_limited_and_counted(tmp_path):
    with Writer(tmp_path / "a.wav", sample_rate=8_000, channels=1) as file:
        file.write(np.array([[0.5, 1.5, -2.0]]))
        assert file.limited == 2
    np.testing.assert_allclose(read(tmp_path / "a.wav").samples, [[0.5, 1, -1]], atol=1e-4)


def test_a_writing_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.wav"
    write(path, tone(), 16_000)
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError), Writer(path, sample_rate=16_000, channels=1) as file:
        file.write(tone())
        raise ZeroDivisionError
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    ("name", "channels", "rate", "words"),
    [
        ("a.mp4", 1, 16_000, "cannot write '.mp4', only .wav, .flac, .ogg, .mp3"),
        ("a.mp3", 6, 16_000, "MP3 cannot hold 6 channels at 16000"),
        ("a.mp3", 1, 192_000, "MP3 cannot hold 1 channels at 192000"),
        ("folder.wav", 1, 16_000, "is a folder"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, name, channels, rate, words):
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(UserError, match=words):
        write(tmp_path / name, tone(0.1, rate, channels), rate)
    assert [each.name for each in tmp_path.iterdir()] == ["folder.wav"]


# Folders.


def test_a_folder_is_listed_with_its_sub_folders(tmp_path):
    for name in ("б/речь.WAV", "a.mp3", "a.txt", ".hidden.wav", "a/._a.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in find_sounds(tmp_path).sounds] == [
        "a.mp3",
        "б/речь.WAV",
    ]


def test_a_folder_without_sounds_says_what_is_there(tmp_path):
    with pytest.raises(UserError, match="no sound files there .it is empty"):
        find_sounds(tmp_path)
    (tmp_path / "a.txt").touch()
    with pytest.raises(UserError, match="1 file, none a sound"):
        find_sounds(tmp_path)
    with pytest.raises(UserError, match="is a file, expected a folder"):
        find_sounds(tmp_path / "a.txt")
    with pytest.raises(UserError, match="no such folder"):
        find_sounds(tmp_path / "none")


def test_a_sound_keeps_what_its_file_was(tmp_path):
    sound = read(put(tmp_path / "a.wav", tone(), subtype="PCM_24"))
    assert isinstance(sound, Sound)
    assert (sound.format, sound.subtype) == ("WAV", "PCM_24")
