import dataclasses

import numpy as np
import pytest

from common.errors import UserError
from tests.vision.scenes import scene
from tests.vision.test_preprocessing import examples
from vision.crops import CropDataset, contrast, side_for
from vision.data import InMemory, Pictures
from vision.loss import IGNORE_INDEX
from vision.preprocessing import PicturePreprocessing
from vision.settings import VisionSettings
from vision.task import TASK


def rare(count=6, side=128):
    """Pictures with a thing of nine pixels each, somewhere."""
    rng = np.random.default_rng(0)
    images = rng.integers(90, 110, (count, side, side, 3), np.uint8)
    masks = np.zeros((count, side, side), np.uint8)
    for row, (top, left) in enumerate(rng.integers(20, side - 20, (count, 2))):
        masks[row, top : top + 3, left : left + 3] = 1
        images[row, top : top + 3, left : left + 3] = 250
    store = InMemory([f"{i}.png" for i in range(count)], images, masks)
    return Pictures(store, np.arange(count), ("background", "thing"))


@pytest.mark.parametrize("augmented", [True, False])
def test_half_of_the_squares_show_a_thing_and_a_number_gives_the_same_one_again(augmented):
    pictures = rare()
    cut = PicturePreprocessing(size=128, crop=32, augmented=augmented).fit(pictures)
    squares = cut.data(pictures, training=True)
    assert isinstance(squares, CropDataset)
    assert len(squares) == 6 * 16  # as many as cover six pictures
    pairs = [squares[number] for number in range(len(squares))]
    assert all(image.shape == (3, 32, 32) and mask.shape == (32, 32) for image, mask in pairs)
    assert 0.35 < np.mean([bool((mask == 1).any()) for _, mask in pairs]) < 0.85
    for image, mask in pairs:  # picture and mask were cut at one place
        if (mask == 1).any():
            bright = image.float().mean(0)
            assert bright[mask == 1].mean() > bright[mask == 0].mean()
    assert (squares[5][0] == pairs[5][0]).all()
    squares.set_epoch(1)
    assert not all((squares[number][0] == pairs[number][0]).all() for number in range(8))


def test_the_other_parts_are_seen_whole():
    pictures = rare()
    inputs, masks = PicturePreprocessing(size=128, crop=32).fit(pictures).data(pictures)
    assert inputs.shape == (6, 3, 128, 128)
    assert masks.shape == (6, 128, 128)


def test_pictures_without_anything_and_what_nobody_knows_can_be_cut():
    pictures = rare(2)
    pictures.store.masks[0], pictures.store.masks[1] = IGNORE_INDEX, 0
    squares = PicturePreprocessing(size=128, crop=32).fit(pictures).data(pictures, training=True)
    assert (squares[0][1] == IGNORE_INDEX).all()


def test_contrast_is_where_something_is():
    image, _ = scene(0, height=96, width=96)
    weights = contrast(image)
    assert weights.shape == (32 * 32,)
    assert weights.sum() == pytest.approx(1, abs=1e-4)
    image = np.full((64, 64, 3), 80, np.uint8)
    image[20:30, 40:50] = 200
    rows, columns = np.divmod(np.flatnonzero(contrast(image) > 1 / 100), 32)
    assert 8 <= rows.min() <= rows.max() <= 16
    assert 18 <= columns.min() <= columns.max() <= 26


def test_squares_are_for_what_is_small_and_rare():
    settings = VisionSettings(size=128)
    assert side_for(rare(), 128) == 32
    assert TASK.complete(settings, rare()).crop == 32
    assert TASK.complete(settings, examples()).crop == 0
    assert TASK.complete(dataclasses.replace(settings, tiles=True), rare()).crop == 0
    assert TASK.complete(dataclasses.replace(settings, crop=0), rare()).crop == 0
    assert TASK.training(settings) == {}
    assert TASK.training(VisionSettings(crop=32, batch_size=5)) == {"batch_size": 20}


@pytest.mark.parametrize("told", [{"crop": 8}, {"crop": 300}, {"crop": 64, "tiles": True}])
def test_squares_that_cannot_be_are_refused(told):
    with pytest.raises(UserError, match="--crop"):
        VisionSettings(**told)
