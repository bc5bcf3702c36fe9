"""Masks that number few objects in each picture, told from masks of as many classes."""

import tracemalloc

import cv2
import numpy as np
import pytest

from tests.cases.masks import Pairs, notes
from vision.instance_ids import counted_objects


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path)


def discs(seed, count, radius=3):
    """Return a mask (48, 64) of discs of value 1 that do not touch, anywhere."""
    rng, places = np.random.default_rng(seed), []
    while len(places) < count:
        y, x = (int(rng.integers(radius, side - radius)) for side in (48, 64))
        if all(np.hypot(y - other, x - another) > 2 * radius + 3 for other, another in places):
            places.append((y, x))
    mask = np.zeros((48, 64), np.uint8)
    for y, x in places:
        cv2.circle(mask, (x, y), radius, 1, -1)
    return mask


def by_rows(mask):
    """Number the connected parts as labelling functions do, in the order in which rows are read."""
    return cv2.connectedComponents(mask)[1].astype(np.uint8)


def by_columns(mask):
    """Number them as MATLAB does, whose arrays are read column by column."""
    return np.ascontiguousarray(by_rows(np.ascontiguousarray(mask.T)).T)


@pytest.mark.parametrize("number", [by_rows, by_columns])
@pytest.mark.parametrize("counts", [(1, 2), (2, 2), (3, 3), (1, 3)])
def test_few_objects_that_are_numbered_in_reading_order_are_told(pairs, number, counts):
    for one in range(32):
        pairs.add(str(one), number(discs(one, counts[one % 2])))
    said = notes(pairs.load())
    assert "if they number objects and not classes" in said
    assert "in the order in which" in said or counts == (1, 3)


def test_classes_of_one_thing_each_in_any_order_are_classes(pairs):
    for one in range(32):
        order = np.random.default_rng(one).permutation(3) + 1
        pairs.add(str(one), np.append(0, order).astype(np.uint8)[by_rows(discs(one, 3))])
    assert "number objects" not in notes(pairs.load())


def test_layers_that_touch_are_classes(pairs):
    for one in range(32):
        edge = np.random.default_rng(one).integers(10, 20)
        layers = np.zeros((48, 64), np.uint8)
        layers[2:edge], layers[edge : edge + 12], layers[edge + 12 : 46] = 1, 2, 3
        pairs.add(str(one), layers)
    assert "number objects" not in notes(pairs.load())


def test_things_of_other_sizes_in_one_order_are_classes(pairs):
    for one in range(32):
        mask = np.zeros((48, 64), np.uint8)
        cv2.circle(mask, (20 + one % 5, 12), 8, 1, -1)
        cv2.circle(mask, (30 + one % 7, 40), 3, 2, -1)
        pairs.add(str(one), mask)
    assert "number objects" not in notes(pairs.load())


@pytest.mark.parametrize("turned", [False, True])
def test_classes_that_each_have_a_side_are_classes(pairs, turned):
    """The left and the right lung: one thing each, of one size, and always in one order."""
    for one in range(24):
        rng, mask = np.random.default_rng(one), np.zeros((48, 64), np.uint8)
        for number, x in ((1, 18), (2, 45)):
            height = 14 + int(rng.integers(-3, 4))
            cv2.ellipse(
                mask, (x + int(rng.integers(-9, 10)), 24), (3, height), 0, 0, 360, number, -1
            )
        pairs.add(str(one), np.ascontiguousarray(mask.T) if turned else mask)
    assert "number objects" not in notes(pairs.load())


def test_few_masks_lie_in_memory_at_once():
    """Sixteen masks of a good camera, decoded, are more than half a gigabyte."""

    def read(row):
        return np.kron(by_rows(discs(row, 2)), np.ones((10, 10), np.uint8))

    tracemalloc.start()
    try:
        said = counted_objects([(0, 1, 2)] * 32, read)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "if they number objects and not classes" in said
    assert most < 8 * read(0).nbytes


def test_objects_that_a_channel_of_colours_numbers_are_told(pairs):
    for one in range(32):
        ids = by_rows(discs(one, 3))
        colours = np.stack([10 * (ids > 0), 44 * (ids > 0), ids], 2).astype(np.uint8)
        pairs.add(str(one), colours)
    assert "if they number objects and not classes" in notes(pairs.load())
