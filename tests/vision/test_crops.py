import contextlib
import dataclasses

import numpy as np
import pytest
import torch

from common.errors import UserError
from common.trainer import Trainer
from tests.vision.scenes import scene
from tests.vision.test_preprocessing import examples
from vision.crops import CropDataset, contrast, side_for
from vision.data import InMemory, Pictures
from vision.loss import IGNORE_INDEX, CrossEntropyLoss
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
    assert side_for(rare(), 128) == 24
    assert TASK.complete(settings, rare()).crop == 24
    assert TASK.complete(settings, examples()).crop == 0
    assert TASK.complete(dataclasses.replace(settings, tiles=True), rare()).crop == 0
    assert TASK.complete(dataclasses.replace(settings, crop=0), rare()).crop == 0
    assert TASK.training(settings) == {}
    training = TASK.training(VisionSettings(crop=32, batch_size=5))
    assert training["batch_size"] == 20
    assert training["monitor"] in TASK.curves


@pytest.mark.parametrize("told", [{"crop": 8}, {"crop": 300}, {"crop": 64, "tiles": True}])
def test_squares_that_cannot_be_are_refused(told):
    with pytest.raises(UserError, match="--crop"):
        VisionSettings(**told)


def test_where_the_network_was_mistaken_is_shown_again_more_often(monkeypatch):
    pictures = rare(20)
    squares = PicturePreprocessing(size=128, crop=32).fit(pictures).data(pictures, training=True)
    spots = np.random.default_rng(1).integers(30, 98, (20, 2))
    for number in range(len(squares)):  # a network that takes one spot of each picture for a thing
        squares[number]
        shown = squares.shown[number]
        x, y = shown.matrix[:, :2] @ spots[shown.place.row] + shown.matrix[:, 2]
        logits = torch.full((1, 1, 32, 32), -6.0)
        if 0 <= round(x) < 32 and 0 <= round(y) < 32:
            logits[0, 0, round(y), round(x)] = 6.0
        squares.heed([number], logits, torch.zeros(1, 32, 32, dtype=torch.uint8))
    sure = squares.hard[squares.hard[:, 3] > 0.9]
    assert len(sure) > 5
    distances = np.hypot(*(sure[:, 1:3] - spots[sure[:, 0].astype(int)]).T)
    assert distances.max() < 1.5  # places are those of the picture, whatever way it was turned
    monkeypatch.setattr("vision.crops.FEWEST", 50)
    squares.set_epoch(1)
    places = []
    for number in range(len(squares)):
        squares[number]
        places.append(squares.shown[number])
    again = [one.place for one in places if one.place.number >= 0]
    assert len(again) > 0.2 * len(squares)  # three tenths are to be
    near = [np.hypot(p.x - spots[p.row][0], p.y - spots[p.row][1]) < 12 for p in again]
    assert np.mean(near) > 0.9


def test_what_is_remembered_goes_through_a_checkpoint_and_is_checked():
    pictures = rare(2)
    squares = PicturePreprocessing(size=128, crop=32).fit(pictures).data(pictures, training=True)
    squares.hard = np.array([[1.0, 5.0, 6.0, 0.5]])
    saved = squares.state_dict()
    squares.hard = np.empty((0, 4))
    squares.load_state_dict(saved)
    assert squares.hard.tolist() == [[1.0, 5.0, 6.0, 0.5]]
    for wrong in (torch.ones(3), torch.tensor([[7.0, 0, 0, 0]]), torch.full((1, 4), np.nan)):
        with pytest.raises(ValueError, match="hard places"):
            squares.load_state_dict({"hard": wrong})


def test_a_training_that_was_broken_off_goes_on_with_what_it_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr("vision.crops.FEWEST", 4)
    pictures = rare(4, 64)

    def train(epochs_at_a_time, name):
        prepared = PicturePreprocessing(size=64, crop=16).fit(pictures)
        for stop in epochs_at_a_time:
            torch.manual_seed(0)
            model = TASK.model(prepared, VisionSettings(width=4, depth=1, size=64))
            trainer = Trainer(
                *(model, CrossEntropyLoss()),
                **{"epochs": 2, "batch_size": 8, "seed": 1, "progress": False, "device": "cpu"},
                checkpoint=tmp_path / name,
                checkpoint_every=0,
            )
            data = prepared.data(pictures, training=True)
            if stop:
                data.heed = stopping(data.heed, stop)
            with contextlib.suppress(KeyboardInterrupt):
                trainer.fit(data, resume=True)
        return [weight.clone() for weight in trainer.model.parameters()], data.hard

    def stopping(heed, after):
        steps = iter(range(1000))

        def tell(*what):
            if next(steps) == after:
                raise KeyboardInterrupt
            heed(*what)

        return tell

    (whole, hard), (halves, hard_too) = train([0], "a"), train([11, 0], "b")
    np.testing.assert_array_equal(hard, hard_too)
    assert all(torch.equal(one, other) for one, other in zip(whole, halves, strict=True))


def test_a_training_hears_nothing_of_another_one_with_the_same_data(monkeypatch):
    monkeypatch.setattr("vision.crops.FEWEST", 4)
    pictures = rare(4, 64)
    prepared = PicturePreprocessing(size=64, crop=16).fit(pictures)
    data, found = prepared.data(pictures, training=True), []
    for _ in range(2):
        torch.manual_seed(0)
        model = TASK.model(prepared, VisionSettings(width=4, depth=1, size=64))
        usual = {"epochs": 1, "batch_size": 8, "seed": 1, "progress": False, "device": "cpu"}
        Trainer(model, CrossEntropyLoss(), **usual).fit(data)
        assert len(data.hard)
        found.append([weight.clone() for weight in model.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))
