"""A network that knows small things finds large ones too, at a smaller size of the frame."""

import dataclasses

import numpy as np
import pytest

from common.errors import UserError
from tests.vision.test_decision import shaded
from vision.decision import Decision
from vision.flight.finder import Found, apart, levels, network, pyramid


class Small:
    """Knows discs of up to 20 pixels: a stand-in for what was trained on squares."""

    weights: dict = {}

    def __call__(self, image, centres, areas):
        return np.where(np.asarray(areas) < 420, 0.9, 0.1)


def finder(crop):
    _, trained = shaded([(200, 150)])
    prepared = trained.preprocessing.deciding(Decision(0.6, 12, 0.5, Small(), (2.0, -3.0)))
    prepared.classes = ("background", "pad")
    settings = dataclasses.replace(trained.settings, crop=crop)
    return network(dataclasses.replace(trained, preprocessing=prepared, settings=settings))


@pytest.mark.parametrize("side", [9, 18, 36, 70, 120])
def test_a_thing_of_any_size_is_found_once_and_where_it_is(side):
    image = np.full((256, 256, 3), 20, np.uint8)
    image[100 : 100 + side, 80 : 80 + side] = 220
    middle = (80 + (side - 1) / 2, 100 + (side - 1) / 2)
    (found,) = finder(16)(image)
    assert found[:2] == pytest.approx(middle, abs=5)
    assert found.width == pytest.approx(side, abs=9)
    # 9 to 1, twice as much in log-odds, and divided by e³: as the validation part told.
    assert found.confidence == pytest.approx(1 / (1 + np.exp(3) / 81))
    assert finder(16)(image, side) == [found]  # who knows its size need not look at all others
    assert finder(16)(image, 240) == []  # what fills the frame is not looked for
    once = [one for one in finder(0)(image) if one.confidence > 0.5]  # whole pictures are
    assert len(once) == (side < 20)


def test_a_run_that_does_not_tell_how_often_it_is_right_does_not_fly():
    _, trained = shaded([(200, 150)])
    prepared = trained.preprocessing.deciding(Decision(0.6, 12, 0.5, Small()))
    prepared.classes = ("background", "pad")
    with pytest.raises(UserError, match="train it again"):
        network(dataclasses.replace(trained, preprocessing=prepared))


def test_smaller_frames_lie_on_the_sheet_apart():
    image = np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8)
    sheet = pyramid(image)
    assert sheet.shape == image.shape
    places = list(levels(image.shape))
    assert [times for _, times in places] == [2, 4, 8]
    used = np.zeros((240, 320), int)
    for part, times in places:
        used[part] += 1
        assert sheet[part].shape[:2] == (240 // times, 320 // times)
        blocks = image.reshape(240 // times, times, 320 // times, times, 3).mean((1, 3))
        assert np.abs(sheet[part] - blocks).max() <= 2
    assert used.max() == 1
    assert not list(levels((20, 20)))


def test_of_those_in_one_place_the_surest_is_kept():
    crowd = [Found(10, 10, 8, 0.5), Found(12, 10, 30, 0.9), Found(80, 80, 8, 0.4)]
    assert apart(crowd) == [crowd[1], crowd[2]]
    assert apart([]) == []
