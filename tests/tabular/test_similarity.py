"""Neighbours without coordinates: against scikit-learn, and where they are asked at all."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import Ridge
from sklearn.neighbors import NearestNeighbors

from common.errors import UserError
from tabular.preprocessing import TablePreprocessing
from tabular.price_table import PriceTable
from tabular.similar_flats import nearest_alike as in_a_bundle
from tabular.similarity import AGREEMENT, Likeness, nearest_alike


def houses(flats_in_each=12, *, count=50, seed=0):
    """Flats in houses, each with a secret of its own that no line through the columns can tell:
    only a flat of the same house, whose year and ceilings are the same, knows it."""
    generator = np.random.default_rng(seed)
    house = np.arange(count).repeat(flats_in_each)
    year = generator.uniform(1900, 2020, count)[house]
    ceiling = generator.uniform(2.5, 3.5, count)[house]
    area = generator.uniform(45, 60, len(house))
    secret = generator.normal(0, 0.5, count)[house]
    log_price = 12 + np.log(area) + 0.01 * (year - 1960) + 0.5 * ceiling + secret
    frame = pd.DataFrame({"area": area.round(1), "year": year.round(1), "ceiling": ceiling})
    return PriceTable(frame, np.exp(log_price)), house


def test_neighbours_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    known, places = (generator.normal(size=(n, 12)).astype(np.float32) for n in (300, 40))
    expected = NearestNeighbors(n_neighbors=7).fit(known).kneighbors(places)[1]
    np.testing.assert_array_equal(nearest_alike(known, places, 7), expected)


@pytest.mark.parametrize("find", [nearest_alike, in_a_bundle])
@pytest.mark.parametrize("far", [0.0, 1e3])
def test_of_equally_near_ones_the_earlier_row_is_taken(find, far):
    generator = np.random.default_rng(2)
    known = (generator.integers(0, 3, size=(400, 4)) / 3).astype(np.float32)  # 81 different ones
    known[:3] += np.float32(far)  # whose size says nothing of how exactly others can be told apart
    label = np.where(np.arange(400) % 50 < 40, np.arange(400), 1000)
    exact = np.square(known[:, None].astype(np.float64) - known).sum(axis=2)
    exact[label[:, None] == label] = np.inf
    expected = np.argsort(exact, axis=1, kind="stable")[:, :30]
    np.testing.assert_array_equal(find(known, known, 30, apart=(label, label)), expected)


def test_a_flat_beyond_what_float32_can_square_has_neighbours_too():
    known = np.arange(40, dtype=np.float32).reshape(20, 2)
    with np.errstate(all="ignore"):
        rows = nearest_alike(known, np.float32([[1e30, 0], [-1e30, 3e38]]), 3)
    assert [len(set(row)) for row in rows.tolist()] == [3, 3]


def test_blocks_change_nothing(monkeypatch):
    generator = np.random.default_rng(1)
    known = generator.normal(size=(50, 3)).astype(np.float32)
    labels = np.arange(50) // 5
    whole = nearest_alike(known, known, 4, apart=(labels, labels))
    monkeypatch.setattr("tabular.similar_flats.BLOCK", 130)
    np.testing.assert_array_equal(nearest_alike(known, known, 4, apart=(labels, labels)), whole)
    assert (labels[whole] != labels[:, None]).all()


def test_a_space_that_is_found_in_blocks_is_that_of_one(monkeypatch):
    """And, of one block, the one that NumPy and scikit-learn find on the whole."""
    generator = np.random.default_rng(3)
    numbers = generator.normal(3, [0.1, 1, 5, 0], size=(1000, 4)).astype(np.float32)
    numbers[:, 3] = 1
    log_price = np.log(generator.uniform(1, 9, 1000)).astype(np.float32) + numbers[:, 1]
    whole, agreement = Likeness.fit(numbers, log_price, np.arange(1000))
    z = (numbers[:, :3].astype(np.float64) - numbers[:, :3].mean(0)) / numbers[:, :3].std(0)
    ridge = Ridge(alpha=11, fit_intercept=False).fit(z, log_price - log_price.mean())
    expected = np.abs(ridge.coef_) / numbers[:, :3].std(0)
    np.testing.assert_allclose(whole.scale[:3] / whole.scale.max(), expected / expected.max(), 1e-4)
    assert whole.scale[3] == 0
    monkeypatch.setattr("tabular.similarity.BLOCK", 130)
    parts, same = Likeness.fit(numbers, log_price, np.arange(1000))
    np.testing.assert_allclose(parts.scale, whole.scale, rtol=1e-5)
    assert same == pytest.approx(agreement, abs=1e-5)


def test_a_column_that_says_nothing_of_the_price_says_nothing_of_likeness():
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=(2000, 3)).astype(np.float32)
    log_price = 2 * numbers[:, 0] + 0.5 * numbers[:, 1]
    likeness, _ = Likeness.fit(numbers, log_price, np.arange(2000))
    assert likeness.scale[0] / likeness.scale[1] == pytest.approx(4, rel=0.05)
    assert likeness.scale[2] / likeness.scale[0] < 0.02


def test_a_column_that_never_changes_is_no_trouble():
    numbers = np.ones((200, 1), dtype=np.float32)
    likeness, agreement = Likeness.fit(numbers, np.arange(200.0), np.arange(200))
    assert agreement == 0
    assert np.isfinite(likeness.scale).all()


def test_neighbours_are_asked_where_flats_that_are_alike_err_alike():
    table, house = houses()
    prepared = TablePreprocessing(count=8).fit(table)
    assert any("most like it" in note for note in prepared.notes)
    (*_, neighbours), _ = prepared.data(table, training=True)
    assert (neighbours.numpy() != np.arange(len(table))[:, None]).all()
    same_house = house[neighbours.numpy()[:, 0]] == house
    assert same_house.mean() > 0.3  # by chance 0.02


def test_they_are_not_asked_where_the_rest_is_chance():
    table, _ = houses(1, count=400)
    prepared = TablePreprocessing().fit(table)
    assert prepared.known is None
    assert len(prepared.transform(table)) == 2
    numbers = prepared.transform(table)[0].numpy()
    log_price = np.log(table.price)
    assert Likeness.fit(numbers, log_price, np.arange(len(table)))[1] < AGREEMENT


def test_groups_are_kept_apart_and_their_own_likes_are_no_reason_to_ask():
    table, house = houses()
    grouped = PriceTable(table.frame, table.price, split_by={"groups": house})
    assert TablePreprocessing().fit(grouped).known is None


def test_prices_of_new_flats_do_not_matter_and_state_comes_back():
    table, _ = houses()
    prepared = TablePreprocessing(count=8).fit(table)
    values, arrays = prepared.state()
    restored = TablePreprocessing.restore(json.loads(json.dumps(values)), arrays)
    new, _ = houses(2, seed=5)
    dearer = PriceTable(new.frame, new.price * 3)
    for one, two in zip(prepared.transform(new), restored.transform(dearer), strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values, arrays: arrays.update(likeness=arrays["likeness"][:-1]),
        lambda values, arrays: arrays.update(likeness=arrays["likeness"] * np.nan),
        lambda values, arrays: arrays.update(known_place=arrays["known_place"][:, :-1]),
        lambda values, arrays: arrays.update(known_numbers=arrays["known_numbers"][:, :-1]),
        lambda values, arrays: values.update(centre=[55.0, 37.0]),
    ],
)
def test_a_state_that_cannot_be_right_is_refused(spoil):
    values, arrays = TablePreprocessing().fit(houses()[0]).state()
    values, arrays = json.loads(json.dumps(values)), dict(arrays)
    spoil(values, arrays)
    with pytest.raises(UserError):
        TablePreprocessing.restore(values, arrays)
