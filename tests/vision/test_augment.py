"""Augmentation moves picture and mask together, and never invents a class."""

import numpy as np
import pytest

from vision.augment import augment
from vision.synthetic import fly


def blob(size=96):
    """A picture whose red channel says what its mask says."""
    rows, columns = np.mgrid[:size, :size]
    mask = np.where(np.hypot(rows - 40, columns - 55) < 14, 3, 0).astype(np.uint8)
    mask[10:25, 20:70] = 7
    image = np.full((size, size, 3), 60, np.uint8)
    image[mask == 3] = (200, 60, 60)
    image[mask == 7] = (60, 60, 200)
    return image, mask


def test_class_ids_stay_class_ids():
    image, mask = blob()
    mask[:, 80:] = 255
    for seed in range(20):
        changed = augment(image, mask, np.random.default_rng(seed))[1]
        assert set(np.unique(changed)) <= {0, 3, 7, 255}


def test_the_mask_goes_where_the_picture_goes():
    image, mask = blob()
    for seed in range(20):
        changed, moved = augment(image, mask, np.random.default_rng(seed))
        redness = changed[..., 0].astype(int) - changed[..., 2]
        red, blue, ground = (redness[moved == number].mean() for number in (3, 7, 0))
        assert red > ground + 40
        assert blue < ground - 40


def test_a_dark_picture_keeps_what_is_seen_in_it():
    """Faint cells on black: they differ from the ground by twenty grey levels."""
    image, mask = np.full((96, 96, 3), 4, np.uint8), np.zeros((96, 96), np.uint8)
    mask[30:60, 40:70] = 1
    image[mask == 1] = 24
    for seed in range(40):
        changed, moved = augment(image, mask, np.random.default_rng(seed))
        green = changed[..., 1].astype(float)
        cells, ground = green[moved == 1], green[moved == 0]
        assert cells.mean() - ground.mean() > 8
        assert cells.mean() - ground.mean() > 2 * (cells.std() + ground.std())


def test_a_canvas_around_a_picture_does_not_count_as_its_brightness():
    image, mask = blob()
    framed = np.zeros((96, 288, 3), np.uint8), np.full((96, 288), 255, np.uint8)
    for part, whole in zip((image, mask), framed, strict=True):
        whole[:, 96:192] = part
    for seed in range(10):
        plain, _ = augment(image, mask, np.random.default_rng(seed))
        canvas, moved = augment(*framed, np.random.default_rng(seed))
        known = canvas[moved != 255][:, 1].astype(float)
        assert known.mean() == pytest.approx(plain[..., 1].mean(), abs=6)


def test_the_same_generator_gives_the_same_variant_and_nothing_is_modified():
    image, mask = blob()
    kept = image.copy(), mask.copy()
    first, again, other = (augment(image, mask, np.random.default_rng(s)) for s in (5, 5, 6))
    assert (first[0] == again[0]).all()
    assert (first[1] == again[1]).all()
    assert (first[1] != other[1]).any()
    assert (image == kept[0]).all()
    assert (mask == kept[1]).all()


def test_all_turns_and_both_mirrorings_occur():
    mask = np.zeros((65, 65), np.uint8)
    mask[28:37, 32:56] = 1  # an arm to the right,
    mask[37:44, 48:56] = 2  # and a hand below it
    image = np.zeros((65, 65, 3), np.uint8)
    angles, sides = [], []
    for seed in range(60):
        moved = augment(image, mask, np.random.default_rng(seed))[1]
        arm, hand = (np.argwhere(moved == number).mean(0) for number in (1, 2))
        centre = np.argwhere(moved > 0).mean(0)
        angles.append(np.arctan2(*(arm - centre)))
        sides.append(np.sign(np.linalg.det([arm - centre, hand - arm])))
    assert np.histogram(angles, 4, (-np.pi, np.pi))[0].min() > 5
    assert 15 < sides.count(1) < 45


def test_pads_keep_about_their_area():
    flown = fly(3, 6, size=128, seed=1)
    before, after = 0, []
    for image, mask in zip(flown.images, flown.masks, strict=True):
        middle = np.zeros_like(mask)  # what lies there stays in the picture
        middle[32:96, 32:96] = mask[32:96, 32:96] == 1
        if middle.any():
            before += 1
            rng = np.random.default_rng(before)
            after.append(
                np.mean([augment(image, middle, rng)[1].sum() for _ in range(8)]) / middle.sum()
            )
    assert before >= 3
    assert np.mean(after) == pytest.approx(1.0, abs=0.35)


def test_sizes_other_than_squares_are_welcome():
    image, mask = np.zeros((40, 90, 3), np.uint8), np.zeros((40, 90), np.uint8)
    changed, moved = augment(image, mask, np.random.default_rng(0))
    assert changed.shape == image.shape
    assert moved.shape == mask.shape
    assert changed.dtype == moved.dtype == np.uint8
