import json

import numpy as np
import pytest
import torch

from common.errors import UserError
from tests.vision.scenes import scene
from vision.data import InMemory, Pictures
from vision.loss import IGNORE_INDEX
from vision.preprocessing import PicturePreprocessing, SegmentationDataset


def examples(count=6, *, classes=1, height=40, width=48):
    pairs = [scene(seed, classes=classes, height=height, width=width) for seed in range(count)]
    images, masks = (np.stack(part) for part in zip(*pairs, strict=True))
    store = InMemory([f"{i}.png" for i in range(count)], images, masks)
    names = ("background", *(f"class {i}" for i in range(1, classes + 1)))
    return Pictures(store, np.arange(count), names)


def test_colours_are_measured_on_the_training_part_alone():
    pictures = examples()
    train = pictures[np.arange(4)]
    prepared = PicturePreprocessing(size=48).fit(train)
    seen = train.store.images[:4].reshape(-1, 3).astype(np.float64)
    np.testing.assert_allclose(prepared.mean, seen.mean(0), rtol=1e-5)
    np.testing.assert_allclose(prepared.std, seen.std(0), rtol=1e-5)


def test_the_canvas_beside_the_picture_is_unknown_and_not_measured():
    pictures = examples(2, height=24, width=48)
    prepared = PicturePreprocessing(size=48).fit(pictures)
    np.testing.assert_allclose(
        prepared.mean, pictures.store.images.reshape(-1, 3).mean(0), rtol=1e-5
    )
    inputs, masks = prepared.data(pictures)
    assert inputs.shape == (2, 3, 48, 48)
    assert inputs.dtype == masks.dtype == torch.uint8
    assert (masks[:, :12] == IGNORE_INDEX).all()
    assert (masks[:, 36:] == IGNORE_INDEX).all()
    assert (masks[:, 12:36].numpy() == pictures.store.masks).all()
    assert (inputs[:, :, :12] == 0).all()


def test_one_thing_to_find_is_one_channel():
    assert PicturePreprocessing().fit(examples()).channels == 1
    assert PicturePreprocessing().fit(examples(classes=2)).channels == 3


def test_masks_keep_their_class_ids_when_they_shrink():
    prepared = PicturePreprocessing(size=20).fit(examples(classes=2))
    _, masks = prepared.data(examples(classes=2))
    assert set(masks.unique().tolist()) <= {0, 1, 2, IGNORE_INDEX}


def test_only_the_training_part_meets_with_chance():
    pictures = examples()
    prepared = PicturePreprocessing(size=48).fit(pictures)
    plain, _ = prepared.data(pictures)
    again, _ = prepared.data(pictures)
    assert torch.equal(plain, again)
    training = prepared.data(pictures, training=True)
    assert not torch.equal(training[0][0], plain[0])
    still = PicturePreprocessing(size=48, augmented=False).fit(pictures)
    unchanged, _ = still.data(pictures, training=True)
    assert torch.equal(unchanged, plain)


def test_chance_comes_from_seed_epoch_and_picture_alone():
    pictures = examples()
    one, two = (PicturePreprocessing(size=48, seed=3).fit(pictures) for _ in range(2))
    first, second = (prepared.data(pictures, training=True) for prepared in (one, two))
    for part in (first, second):
        part.set_epoch(5)
    _ = second[0], second[4]  # whatever was asked for before
    assert torch.equal(first[2][0], second[2][0])
    assert torch.equal(first[2][1], second[2][1])
    second.set_epoch(6)
    assert not torch.equal(first[2][0], second[2][0])


def test_a_set_that_is_too_large_for_memory_is_the_same(monkeypatch):
    pictures = examples()
    kept = SegmentationDataset(pictures, 48, seed=1)
    monkeypatch.setattr("vision.preprocessing.CACHED_BYTES", 0)
    read = SegmentationDataset(pictures, 48, seed=1)
    assert kept.kept
    assert not read.kept
    assert not hasattr(read, "images")
    for row in range(len(pictures)):
        for one, other in zip(kept[row], read[row], strict=True):
            assert torch.equal(one, other)
    large = PicturePreprocessing(size=48).fit(pictures)
    assert isinstance(large.data(pictures), SegmentationDataset)
    assert large.notes[-1].startswith("0.0 GB of pictures for training are more than is kept")


def test_state_and_restore_are_the_same_preparation():
    prepared = PicturePreprocessing(size=64, augmented=False, seed=7).fit(examples(classes=2))
    values, arrays = prepared.state()
    restored = PicturePreprocessing.restore(json.loads(json.dumps(values)), arrays)
    assert restored.state()[0] == values
    assert (restored.mean == prepared.mean).all()
    assert restored.channels == prepared.channels
    pictures = examples()
    assert torch.equal(restored.transform(pictures)[1], prepared.transform(pictures)[1])


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("size", "64"),
        ("size", 3),
        ("size", 10**9),
        ("classes", ["background"]),
        ("classes", "background"),
        ("classes", [1, 2]),
        ("mean", np.zeros(4, np.float32)),
        ("mean", np.full(3, np.nan, np.float32)),
        ("std", np.zeros(3, np.float32)),
        ("std", np.ones(3)),
    ],
)
def test_a_strangers_preparation_is_checked(part, value):
    values, arrays = PicturePreprocessing().fit(examples()).state()
    where = arrays if part in arrays else values
    with pytest.raises(UserError, match=part):
        where[part] = value
        PicturePreprocessing.restore(values, arrays)
