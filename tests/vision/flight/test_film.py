"""The log and the film that a flight leaves."""

import json

import numpy as np
import pytest

from common.errors import UserError
from vision import video
from vision.flight.film import PAD, THING, Film, drawn
from vision.flight.finder import Found
from vision.flight.lens import Lens
from vision.flight.log import Log

GREY = np.full((100, 200, 3), 90, np.uint8)


def test_the_pad_is_marked_where_its_ray_leads():
    lens = Lens.of_view(90, (100, 200))
    found = Found(160.0, 30.0, 10.0, 0.9)
    believed = found.sighting(lens)
    shown = drawn(GREY, lens, [Found(40.0, 70.0, 10.0, 0.5), found], believed)
    assert shown.shape == (300, 600, 3)
    marked = np.argwhere((shown == PAD).all(2))
    # The ring and the cross lie about the middle of the pixel (160, 30), three times as large.
    assert (marked.min(0) + marked.max(0)) / 2 == pytest.approx((91.5, 481.5), abs=2)
    near = np.abs(shown.astype(int) - THING).max(2) < 60  # a thin line is blended with its ground
    others = np.argwhere(near[:, :300])
    assert (others.min(0) + others.max(0)) / 2 == pytest.approx((211.5, 121.5), abs=2)


def test_a_film_lasts_as_long_as_what_it_shows(tmp_path):
    with Film(tmp_path / "seen.mp4") as film:
        for time in np.arange(100.0, 103.0, 1 / 17):
            film.show(GREY, float(time))
    assert video.probe(tmp_path / "seen.mp4").duration == pytest.approx(3.0, abs=0.11)


def test_a_long_silence_is_a_second_of_the_film_and_another_size_is_fitted(tmp_path):
    with Film(tmp_path / "seen.mp4") as film:
        film.show(GREY, 0.0)
        film.show(np.full((40, 40, 3), 250, np.uint8), 3600.0)
    clip = video.probe(tmp_path / "seen.mp4")
    assert (clip.height, clip.width) == (100, 200)
    assert clip.duration == pytest.approx(1.1, abs=0.11)


def test_what_is_wrong_with_a_film_is_said_at_its_end(tmp_path):
    with pytest.raises(UserError, match="no folder"):
        Film(tmp_path / "no such folder" / "seen.mp4")
    (tmp_path / "place").mkdir()
    film = Film(tmp_path / "place" / "seen.mp4")
    (tmp_path / "place").rmdir()
    with pytest.raises(UserError, match="no folder"), film:
        for time in range(60):
            film.show(GREY, float(time))


def test_a_log_is_written_line_by_line_and_never_over_another(tmp_path):
    with Log(tmp_path / "flight.jsonl") as log:
        log.write(time=1.5, target=None)
        assert json.loads((tmp_path / "flight.jsonl").read_text("utf-8"))["time"] == 1.5
    with pytest.raises(UserError, match="is there already"):
        Log(tmp_path / "flight.jsonl")
    with Log(tmp_path / "other.jsonl"):
        assert not (tmp_path / "other.jsonl").exists()
    with Log(None) as silent:
        silent.write(time=1.0)
