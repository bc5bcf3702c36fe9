"""Masks that number few objects in each picture, told from masks of as many classes."""

import cv2
import numpy as np
import pytest

from tests.cases.masks import Pairs, notes

PLACES = ((8, 10), (22, 34), (38, 52))


@pytest.fixture
def pairs(tmp_path):
    return Pairs(tmp_path)


def discs(seed, count, radius=3):
    """Return a mask (48, 64) of discs of value 1 that do not touch."""
    rng, mask = np.random.default_rng(seed), np.zeros((48, 64), np.uint8)
    for y, x in PLACES[:count]:
        y, x = y + rng.integers(-4, 5), x + rng.integers(-6, 7)
        cv2.circle(mask, (int(x), int(y)), radius, 1, -1)
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
        mask = discs(one, counts[one % 2])
        mask = mask[:, ::-1] if one % 3 else mask  # neither order is the other in all of them
        pairs.add(str(one), number(np.ascontiguousarray(mask)))
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


def test_objects_that_a_channel_of_colours_numbers_are_told(pairs):
    for one in range(32):
        ids = by_rows(discs(one, 3))
        colours = np.stack([10 * (ids > 0), 44 * (ids > 0), ids], 2).astype(np.uint8)
        pairs.add(str(one), colours)
    assert "if they number objects and not classes" in notes(pairs.load())
