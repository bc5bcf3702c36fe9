"""Videos as phones, recorders and browsers write them: odd headers, rates and pixels."""

import struct
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from moviepy.config import FFMPEG_BINARY

from common.errors import UserError
from vision.video import frames, is_video, probe, write


def ffmpeg(*arguments):
    command = [FFMPEG_BINARY, "-y", "-nostdin", "-loglevel", "error", *map(str, arguments)]
    subprocess.run(command, check=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Twelve frames, ten a second."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    write(path, (np.full((48, 64, 3), 20 * k, np.uint8) for k in range(12)), 10)
    return path


def test_a_clock_that_no_camera_has_is_named_and_not_followed(film, tmp_path):
    """Each second of such a film would be millions of copies of its frames."""
    path = tmp_path / "film.avi"
    ffmpeg("-i", film, path)
    content = bytearray(path.read_bytes())
    rate = content.index(b"strh") + 8 + 24  # dwScale before it, both of the stream's own header
    content[rate - 4 : rate + 4] = struct.pack("<II", 1, 16_000_000)
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"damaged, its frames .* 16,000,000 a second$"):
        probe(path)


CHAPTERS = (
    ";FFMETADATA1\n{}[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1200\ntitle=Stream #0:0: Video\n"
)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("chapter.mp4", ["-i", "{words}", "-map_metadata", 1, "-map_chapters", 1]),
        ("chapter.mkv", ["-i", "{words}", "-map_metadata", 1, "-map_chapters", 1]),
        ("language.mkv", ["-metadata:s:v:0", "language=pt-BR"]),
        ("language.mp4", ["-metadata:s:v:0", "language=deu"]),
        ("comment.mp4", ["-metadata", "comment=one\r  Stream #0:0: Audio: two\n 1x1, 7 fps"]),
        ("title.mkv", ["-metadata:s:v:0", "title=Duration: N/A, 1x1, 500 fps; rotate : 90"]),
    ],
)
def test_what_a_header_tells_beside_the_picture_changes_nothing(film, tmp_path, name, options):
    words = tmp_path / "words.txt"
    words.write_text(CHAPTERS, encoding="utf-8")
    options = [words if option == "{words}" else option for option in options]
    ffmpeg("-i", film, *options, "-c", "copy", tmp_path / name)
    found = probe(tmp_path / name)
    assert (found.width, found.height, found.rate, found.has_audio) == (64, 48, 10, False)
    assert found.duration == pytest.approx(1.2, abs=0.1)
    assert sum(1 for _ in frames(tmp_path / name)) == 12


@pytest.mark.parametrize("suffix", [".asf", ".divx", ".f4v", ".mjpeg", ".vob"])
def test_kinds_of_files_that_few_write_are_films_and_no_pictures(film, tmp_path, suffix):
    """A film of JPEGs would else be a picture: its first."""
    path = tmp_path / f"film{suffix}"
    more = {".divx": ["-f", "avi"], ".vob": ["-r", 10, "-strict", -2, "-c:v", "mpeg2video"]}
    ffmpeg("-i", film, *more.get(suffix, []), path)
    assert is_video(path)
    assert abs(sum(1 for _ in frames(path)) - 12) <= 1


def test_frames_of_an_odd_size(tmp_path):
    write(tmp_path / "odd.mp4", (np.full((49, 65, 3), 20 * k, np.uint8) for k in range(10)), 10)
    assert sum(1 for _ in frames(tmp_path / "odd.mp4")) == 10


@pytest.mark.parametrize("lines", [[], ["-flags", "+ilme+ildct", "-field_order", "tt"]])
@pytest.mark.parametrize("later", [0, 1])
def test_a_size_that_changes_repeats_no_frame(tmp_path, lines, later):
    """Parts of a broadcast that were joined, or a call whose picture grew: the second is not shown
    its first frame again and again for as long as the first lasted."""
    for number, size in enumerate(("64x48", "96x72")):
        shown = ("-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d=1", "-pix_fmt", "yuv420p")
        begins = ("-output_ts_offset", number * later)
        coding = ("-c:v", "mpeg2video", "-q:v", 2, "-r", 25, *lines, *begins)
        ffmpeg(*shown, *coding, tmp_path / f"{number}.ts")
    parts = [(tmp_path / f"{number}.ts").read_bytes() for number in range(2)]
    (tmp_path / "both.ts").write_bytes(b"".join(parts))
    with frames(tmp_path / "both.ts", 10) as found:
        shown = list(found)
    assert found.clip.interlaced == bool(lines)
    assert {frame.shape for frame in shown} == {(48, 64, 3)}
    assert len(shown) in (20, 21)
    still = sum((one == other).all() for one, other in pairwise(shown))
    assert still <= 1
    assert found.complaint == ""


@pytest.mark.parametrize(("step", "jitter"), [(33, 0), (40, 0), (33, 1)])
def test_a_recorders_clock_is_not_its_rate(film, tmp_path, step, jitter):
    """A browser's recorder writes times in milliseconds, and neither a rate nor a duration."""
    recorded = tmp_path / "recorded.webm"
    times = f"settb=1/1000,setpts=N*{step}+{jitter}*mod(N\\,2)"
    coding = ("-c:v", "libvpx", "-fps_mode", "passthrough", "-enc_time_base", "1/1000")
    ffmpeg("-i", film, "-vf", times, *coding, "-f", "webm", "-live", 1, recorded)
    found = probe(recorded)
    assert found.rate == pytest.approx(1000 / step, rel=0.01)
    assert found.duration == pytest.approx(12 * step / 1000, rel=0.02)
    # The header still claims a tenth of a second for each frame, and ffmpeg shows the last so long.
    assert sum(1 for _ in frames(recorded)) in (12, 13, 14)


def test_pixels_that_are_not_square_are_made_square(film, tmp_path):
    wide = tmp_path / "wide.mp4"
    ffmpeg("-i", film, "-vf", "setsar=4/3", wide)
    assert (probe(wide).width, probe(wide).height) == (85, 48)
    assert next(frames(wide)).shape == (48, 85, 3)
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", 90, "-i", wide, "-c", "copy", turned)
    assert next(frames(turned)).shape == (85, 48, 3)


def test_a_cover_is_not_the_film(film, tmp_path):
    cover = tmp_path / "cover.png"
    ffmpeg("-i", film, "-frames:v", 1, "-vf", "scale=20:20", cover)
    covered = tmp_path / "covered.mp4"
    kinds = ("-c", "copy", "-disposition:v:0", "attached_pic")
    ffmpeg("-i", cover, "-i", film, "-map", 0, "-map", 1, *kinds, covered)
    assert next(frames(covered)).shape == (48, 64, 3)
    assert probe(covered).rate == 10


def test_one_frame_that_has_no_duration_is_still_a_film(film, tmp_path):
    single = tmp_path / "single.webm"
    ffmpeg("-i", film, "-frames:v", 1, "-c:v", "libvpx", "-f", "webm", "-live", 1, single)
    assert sum(1 for _ in frames(single)) == 1


@pytest.mark.parametrize("curve", ["smpte2084", "arib-std-b67", "bt709"])
def test_a_wide_range_of_brightness_is_told(film, tmp_path, curve):
    wide = tmp_path / "wide.mp4"
    ffmpeg("-i", film, "-c:v", "libx264", "-vf", f"setparams=color_trc={curve}", wide)
    assert probe(wide).hdr == (curve != "bt709")
    assert sum(1 for _ in frames(wide)) == 12


@pytest.mark.parametrize("name", ["film.avi", "film.mov", "film.mkv"])
def test_a_clock_that_ticks_once_a_frame_loses_none(film, tmp_path, name):
    ffmpeg("-i", film, "-c:v", "mpeg4", "-q:v", 2, tmp_path / name)
    shown = [frame.mean() for frame in frames(tmp_path / name)]
    assert shown == pytest.approx([20 * k for k in range(12)], abs=4)


def test_lines_of_two_moments_are_parted(tmp_path):
    """A bright bar moves; in a frame of two moments its edges would be combs."""
    for name, ways in {"film.mp4": "", "interlaced.mp4": "interlace=lowpass=off"}.items():
        moving = ["color=black:s=64x48:r=50:d=0.4[a]", "color=white:s=16x48:r=50:d=0.4[b]"]
        bar = f"{';'.join(moving)};[a][b]overlay=x='4*n'{',' * bool(ways)}{ways}"
        coding = ("-flags", "+ilme+ildct", "-x264opts", "tff=1") if ways else ()
        ffmpeg("-f", "lavfi", "-i", bar, *coding, "-crf", 0, tmp_path / name)
    assert not probe(tmp_path / "film.mp4").interlaced
    assert probe(tmp_path / "interlaced.mp4").interlaced
    combed = []
    for frame in frames(tmp_path / "interlaced.mp4"):
        rows = frame[8:40, :, 0].astype(int)
        combed.append(np.abs(np.diff(rows, axis=0)).mean())
    assert max(combed) < 2  # an upright bar has no difference between neighbouring rows


def test_a_playlist_opens_no_other_file(film, tmp_path):
    for number, text in enumerate(
        (
            f"ffconcat version 1.0\nfile {film.name}\n",
            f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{film.name}\n#EXT-X-ENDLIST\n",
        )
    ):
        path = film.with_name(f"list-{number}.mp4")
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match="a picture, a playlist or a text, expected a video"):
            probe(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.mp4", b"<!doctype html><title>404", "a web page, expected a video"),
        ("a.mp4", b"version https://git-lfs.github.com/spec/v1\noid", "a pointer of Git LFS"),
        ("a.mp4", b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture, expected a video"),
        ("a.mp4", b"", "is empty, expected a video"),
        ("a.h264", b"\0\0\0\1\x67\x42\0\x0a" * 9, "bare frames, which have no rate; put them into"),
        ("b.mov", b"\0\0\0\1mdat" + bytes([*range(256)] * 9), "a video that was cut short"),
        ("b.mov", b"\0\0\4\0mdat" + bytes([*range(256)] * 9), "a video that was cut short"),
        ("b.mpg", b"\0\0\1\xba!" + bytes([*range(256)] * 9), "not a video, or cut off"),
        ("b.mpg", b"\0\0\1\0\1\0\x10\x10" + bytes(2000), "not a video, or cut off"),
        ("a.avi", b"\0\1\2\3" * 99, "not a video, or cut off before anything can be shown"),
    ],
)
def test_what_is_no_film_is_named(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=words):
        probe(tmp_path / name)


def test_a_film_of_a_kind_that_is_not_opened_is_called_so(film, tmp_path):
    ffmpeg("-i", film, tmp_path / "a.y4m")
    (tmp_path / "a.y4m").rename(tmp_path / "a.avi")
    with pytest.raises(UserError, match="of a kind that is not opened here, expected a video"):
        probe(tmp_path / "a.avi")


def test_a_film_whose_index_was_never_written(film, tmp_path):
    ffmpeg("-i", film, "-c", "copy", tmp_path / "whole.mp4")
    content = (tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: content.index(b"moov") - 4])
    with pytest.raises(UserError, match="cut short: its index, which stands at its end, is miss"):
        probe(tmp_path / "cut.mp4")


def test_a_frame_a_minute(film, tmp_path):
    """The header rounds such a rate to 0.02, a fifth too fast."""
    slow = tmp_path / "slow.mp4"
    ffmpeg("-i", film, "-frames:v", 3, "-vf", "setpts=N*60/TB", "-r", "1/60", slow)
    assert probe(slow).rate == pytest.approx(1 / 60)
    assert len(list(frames(slow))) == 3


@pytest.mark.parametrize("rate", [1 / 60, 0.125, 1 / 250, 12.345, 30_000 / 1_001])
def test_an_answer_lasts_as_long_as_its_film(tmp_path, rate):
    """Two decimals of a rate are a fifth too many at a frame a minute, and none below 0.005."""
    write(tmp_path / "a.mp4", (np.full((48, 64, 3), 20 * k, np.uint8) for k in range(6)), rate)
    found = probe(tmp_path / "a.mp4")
    assert found.rate == pytest.approx(rate, rel=0.003)
    assert found.duration == pytest.approx(6 / rate, rel=0.003, abs=0.01)
    assert sum(1 for _ in frames(tmp_path / "a.mp4")) == 6


@pytest.mark.parametrize("height", [48, 720])
def test_an_answer_says_by_which_matrix_its_colours_are_stored(tmp_path, height):
    """Where a header does not, browsers take small films for BT.601 and large ones for BT.709."""
    green = np.broadcast_to(np.array([0, 255, 0], np.uint8), (height, 64, 3))
    path = tmp_path / "a.mp4"
    write(path, [green] * 3, 10)
    raw = [FFMPEG_BINARY, "-nostdin", "-v", "error", "-i", path, "-f", "rawvideo", "-"]
    planes = np.frombuffer(subprocess.run(raw, capture_output=True, check=True).stdout, np.uint8)
    luma, chroma = height * 64, height * 16
    stored = [planes[0], planes[luma], planes[luma + chroma]]
    # ITU-R BT.709: Y = 0.7152 G, Cb = (B - Y) / 1.8556, Cr = (R - Y) / 1.5748, in 219 or 224 steps.
    wanted = [16 + 219 * 0.7152, 128 - 224 * 0.7152 / 1.8556, 128 - 224 * 0.7152 / 1.5748]
    np.testing.assert_allclose(stored, wanted, atol=2)
    with frames(path) as found:
        np.testing.assert_allclose(next(found)[0, 0], [0, 255, 0], atol=3)
    header = subprocess.run([FFMPEG_BINARY, "-i", path], capture_output=True, check=False).stderr
    assert b"(tv, bt709, progressive)" in header  # all three alike; else bt709/unknown/unknown


def test_two_films_and_transparent_ones_are_known(film, tmp_path):
    ffmpeg("-i", film, "-i", film, "-map", 0, "-map", 1, "-c", "copy", tmp_path / "two.mp4")
    found = probe(tmp_path / "two.mp4")
    assert (found.streams, found.transparent, found.interlaced) == (2, False, False)
    ffmpeg("-i", film, "-vf", "format=rgba", "-c:v", "qtrle", tmp_path / "clear.mov")
    assert probe(tmp_path / "clear.mov").transparent
    assert not probe(film).transparent


def test_films_that_were_joined_byte_by_byte_are_counted(film, tmp_path):
    """Only what the first index speaks of is shown, here as in any player."""
    ffmpeg("-i", film, "-c", "copy", "-movflags", "frag_keyframe+empty_moov", tmp_path / "cut.mp4")
    for name, parts in {"joined.mp4": [film, film], "one.mp4": [tmp_path / "cut.mp4"]}.items():
        (tmp_path / name).write_bytes(b"".join(part.read_bytes() for part in parts))
        assert probe(tmp_path / name).streams == len(parts)
        assert sum(1 for _ in frames(tmp_path / name)) == 12
    damaged = film.read_bytes() + (1).to_bytes(4, "big") + b"ftyp" + b"\xff" * 8
    (tmp_path / "damaged.mp4").write_bytes(damaged)
    assert probe(tmp_path / "damaged.mp4").streams == 2


def test_a_complaint_is_what_ails_the_film_and_not_how_often_it_was_said(film, tmp_path):
    ffmpeg("-i", film, "-c", "copy", "-movflags", "+faststart", tmp_path / "whole.mp4")
    content = (tmp_path / "whole.mp4").read_bytes()
    there = len(content) - 60
    (tmp_path / "zeros.mp4").write_bytes(content[:there] + bytes(60))
    with frames(tmp_path / "zeros.mp4") as found:
        assert sum(1 for _ in found) > 0
    assert "damaged" in found.complaint
    assert "Last message repeated" not in found.complaint
