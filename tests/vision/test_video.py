"""Videos: sampled by time, at the size needed, with their sound; and what may be wrong."""

import subprocess

import numpy as np
import psutil
import pytest
from moviepy.config import FFMPEG_BINARY

from common.errors import UserError
from vision.video import frames, is_video, probe, write

RATE = 20


def ffmpeg(*arguments):
    command = [FFMPEG_BINARY, "-y", "-nostdin", "-loglevel", "error", *map(str, arguments)]
    subprocess.run(command, check=True)


def ramp(count, size=(48, 80)):
    """Frames whose brightness tells their number: 4 k."""
    return (np.full((*size, 3), 4 * k, np.uint8) for k in range(count))


def numbers(shown):
    return [round(float(frame.mean()) / 4) for frame in shown]


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Two seconds: frame k has the brightness 4 k; a tone sounds."""
    folder = tmp_path_factory.mktemp("видео съёмка")
    write(folder / "silent.mp4", ramp(40), RATE)
    path = folder / "облёт поля 1.mp4"
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
    codecs = ("-c:v", "copy", "-c:a", "aac", "-movflags", "+faststart")
    ffmpeg("-i", folder / "silent.mp4", *tone, *codecs, path)
    return path


def test_the_header_says_size_duration_rate_and_sound(clip):
    found = probe(clip)
    assert (found.width, found.height, found.rate, found.has_audio) == (80, 48, RATE, True)
    assert found.duration == pytest.approx(2, abs=0.1)
    assert not probe(clip.with_name("silent.mp4")).has_audio


def test_every_frame_comes_once_in_order_at_the_clips_own_rate(clip):
    shown = frames(clip)
    assert numbers(shown) == list(range(40))
    assert (shown.count, shown.complaint) == (40, "")


@pytest.mark.parametrize("rate", [1, 4, 5, 10, 20, 40])
def test_frame_k_is_what_the_clip_shows_at_k_over_rate(clip, rate):
    expected = [int(k / rate * RATE + 1e-9) for k in range(2 * rate)]
    assert numbers(frames(clip, rate=rate))[: 2 * rate] == expected


def test_frames_are_fitted_into_the_size_asked_for(clip):
    assert {frame.shape for frame in frames(clip, rate=2, size=32)} == {(19, 32, 3)}
    assert next(frames(clip, size=(24, 100))).shape == (24, 40, 3)


def test_scaling_in_ffmpeg_is_averaging(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    picture = np.kron(picture, np.ones((16, 16, 1), np.uint8))
    write(tmp_path / "still.mp4", [picture] * 3, 5)
    small, full = (next(frames(tmp_path / "still.mp4", size=s)) for s in (32, None))
    means = full.reshape(24, 8, 32, 8, 3).mean((1, 3))
    assert np.abs(small - means).mean() < 3


def test_a_turned_clip_comes_upright(clip, tmp_path):
    sideways = tmp_path / "sideways.mp4"
    picture = np.zeros((48, 80, 3), np.uint8)
    picture[:, :40] = 250  # the left half is light
    write(tmp_path / "plain.mp4", [picture] * 5, 5)
    ffmpeg("-display_rotation", 90, "-i", tmp_path / "plain.mp4", "-c", "copy", sideways)
    assert (probe(sideways).width, probe(sideways).height) == (48, 80)
    shown = next(frames(sideways, size=40))
    assert shown.shape == (40, 24, 3)
    assert {shown[:18].mean() > 200, shown[22:].mean() > 200} == {True, False}


def test_a_variable_rate_is_sampled_by_time(clip, tmp_path):
    """The first second keeps its 20 frames, the second one keeps 4."""
    uneven = tmp_path / "uneven.mp4"
    chosen = "select='lt(n,20)+not(mod(n,5))'"
    ffmpeg("-i", clip, "-an", "-vf", chosen, "-fps_mode", "vfr", "-crf", 5, uneven)
    got = numbers(frames(uneven, rate=10))
    expected = [k * 2 if k < 10 else k * 2 // 5 * 5 for k in range(20)]
    assert len(got) >= 17
    assert got == expected[: len(got)]
    # At its own mean rate, 12 frames a second, it still lasts as long as it does.
    shown = frames(uneven)
    count = len(list(shown))
    assert count / shown.rate == pytest.approx(2, abs=0.25)


def test_a_broken_end_keeps_what_was_read_and_says_so(clip, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (30, 64, 64, 3), dtype=np.uint8)
    write(tmp_path / "whole.mp4", noise, 10)
    content = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    shown = frames(tmp_path / "cut.mp4")
    count = len(list(shown))
    assert 5 < count < 25
    assert f"cut.mp4: damaged, {count} frames of about 30 could be read (" in shown.complaint
    assert "\n" not in shown.complaint


def test_a_clip_that_lost_its_contents_page_is_one_line(tmp_path):
    write(tmp_path / "whole.mp4", ramp(30), 10)
    content = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "stub.mp4").write_bytes(content[:300])
    with pytest.raises(UserError, match="stub.mp4: not a video, or cut off") as caught:
        frames(tmp_path / "stub.mp4")
    assert "\n" not in str(caught.value)


def test_what_is_no_video_is_one_line(clip, tmp_path):
    (tmp_path / "text.mp4").write_text("hello\n" * 100, encoding="utf-8")
    (tmp_path / "empty.mp4").write_bytes(b"")
    ffmpeg("-i", clip, "-vn", "-c:a", "copy", tmp_path / "sound.m4a")
    for name, words in (
        ("text.mp4", "a picture, a playlist or a text, expected a video"),
        ("empty.mp4", "is empty, expected a video"),
        ("none.mp4", "no such file"),
        ("sound.m4a", "has sound and no pictures"),
        (".", "a folder, expected a video"),
    ):
        with pytest.raises(UserError, match=words) as caught:
            probe(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_a_video_without_any_frame_is_an_error(clip, tmp_path):
    """A header that promises forty frames, and zeros in place of them."""
    content = bytearray(clip.read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    (tmp_path / "hollow.mp4").write_bytes(content)
    with pytest.raises(UserError, match="hollow.mp4: no frame can be read"):
        list(frames(tmp_path / "hollow.mp4"))


def test_a_reader_that_is_left_early_leaves_no_process(clip):
    def running():
        return [p for p in psutil.Process().children() if "ffmpeg" in p.name()]

    before = len(running())
    with frames(clip) as shown:
        next(shown)
        assert len(running()) == before + 1
    assert len(running()) == before
    assert list(shown) == []


def test_what_is_written_plays_in_browsers_and_keeps_the_sound(clip, tmp_path):
    out = tmp_path / "итог.mp4"
    assert write(out, ramp(40, size=(33, 51)), RATE, sound_from=clip) == 40
    found = probe(out)
    assert (found.width, found.height, found.rate, found.has_audio) == (52, 34, RATE, True)
    said = subprocess.run([FFMPEG_BINARY, "-i", out], capture_output=True, text=True).stderr
    assert "Video: h264" in said
    assert "yuv420p" in said
    assert "Audio: aac" in said
    content = out.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert numbers(frames(out)) == list(range(40))
    assert tone(out) == pytest.approx(440, abs=15)


def tone(path):
    """Return the loudest frequency of a video's sound, in hertz."""
    raw = [
        FFMPEG_BINARY,
        "-loglevel",
        "error",
        "-i",
        path,
        "-f",
        "s16le",
        "-ac",
        "1",
        "-ar",
        "8000",
    ]
    sound = np.frombuffer(subprocess.run([*raw, "-"], capture_output=True).stdout, np.int16)
    return np.abs(np.fft.rfft(sound)).argmax() * 8000 / len(sound)


def test_writing_that_fails_leaves_what_was_there(clip, tmp_path):
    out = tmp_path / "out.mp4"
    out.write_bytes(b"precious")

    def failing():
        yield from ramp(3)
        raise RuntimeError("the network fell asleep")

    with pytest.raises(RuntimeError, match="asleep"):
        write(out, failing(), 5)
    with pytest.raises(UserError, match="there are no frames"):
        write(out, [], 5)
    assert out.read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
    with pytest.raises(UserError, match="cannot be written"):
        write(tmp_path / "nowhere" / "out.mp4", ramp(3), 5)
    with pytest.raises(UserError, match="written as .mp4"):
        write(tmp_path / "out.avi", ramp(3), 5)


def test_videos_are_known_by_name():
    assert is_video("a/Полёт.MOV")
    assert not is_video("a/mp4")
    assert not is_video("a.gif")
