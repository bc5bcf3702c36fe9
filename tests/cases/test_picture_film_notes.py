"""What is said of a film that was answered, in both languages."""

import numpy as np
import pytest

from common.cli import main
from common.translation import translator
from tests.cases.masks import Pairs
from vision.__main__ import DOMAIN
from vision.video import write

RUN = ["--epochs", "1", "--size", "32", "--width", "2", "--depth", "1", "--batch-size", "4"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("run")
    pairs = Pairs(place / "given")
    mask = np.zeros((12, 16), np.uint8)
    mask[3:9, 3:9] = 255
    for number in range(8):
        pairs.add(str(number), mask)
    words = ["train", "--images", str(pairs.images), "--masks", str(pairs.masks), *RUN]
    assert main(DOMAIN, [*words, "--out", str(place / "run")]) == 0
    return place / "run"


@pytest.mark.parametrize(("step", "told"), [(1, True), (20, False)])
def test_a_film_in_which_hardly_anything_is_seen_is_told(tmp_path, run, capsys, step, told):
    """As of a heat camera whose sixteen bits use little of their range."""
    path = tmp_path / "film.mp4"
    write(path, (np.full((48, 64, 3), step * k, np.uint8) for k in range(8)), 10)
    capsys.readouterr()
    assert main(DOMAIN, ["predict", str(run), str(path), "--out", str(tmp_path / "a.mp4")]) == 0
    said = capsys.readouterr().out
    assert ("hardly anything is seen in it: its frames hold" in said) is told


def test_what_is_said_of_a_film_is_said_in_russian_too():
    russian = translator("ru", "vision")
    notes = [
        "HDR, whose colours are paler here than on its screen",
        "interlaced, of each frame one of its two moments is shown",
        "transparent parts are shown in the colours that they hide",
        "hardly anything is seen in it: its frames hold 0 to 3 of 0 to 255",
        "2 films in the file, of which the first is read",
        "a.mp4: damaged, 1 frame of about 40 could be read (File ended prematurely)",
        "a.mp4: damaged, 20 frames could be read (File ended prematurely)",
    ]
    for answer in ("1 frame", "12 frames", "1 frame, with its sound", "12 frames, with its sound"):
        said = russian("; ".join([f"b.mp4: {answer}", *notes]))
        assert said.startswith("b.mp4: кадров ")
        assert not any(note.split("(")[0] in said for note in notes)
