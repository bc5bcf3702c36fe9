"""One small trained run, for all tests of vision's commands, in whichever process."""

import pytest

from common.cli import main
from tests.common.made_once import made_once
from tests.vision.scenes import QUICK, folders
from vision.__main__ import DOMAIN


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """A folder with `images`, `masks`, and a `run` that finds their squares, called "object"."""

    def make(place):
        images, masks = folders(place)
        words = ["--images", images, "--masks", masks, "--out", place / "run", "--json", *QUICK]
        assert main(DOMAIN, ["train", *map(str, words), "--no-augment"]) == 0

    return made_once(tmp_path_factory, "мои снимки", make)


@pytest.fixture(scope="session")
def trained(place):
    return place / "run"
