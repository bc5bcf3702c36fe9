import numpy as np
import pytest
import torch
from sklearn.metrics.pairwise import haversine_distances
from sklearn.neighbors import NearestNeighbors

from tabular.neighbours import HiddenNeighbours, nearest, to_kilometres


def test_distances_in_a_city_are_those_on_the_globe():
    generator = np.random.default_rng(0)
    latitude, longitude = generator.uniform(55.5, 56, 50), generator.uniform(37.2, 38, 50)
    flat = to_kilometres(latitude, longitude, centre=(55.75, 37.6))
    ours = np.linalg.norm(flat[:, None] - flat[None], axis=-1)
    radians = np.radians(np.stack([latitude, longitude], axis=1))
    np.testing.assert_allclose(ours, haversine_distances(radians) * 6371, rtol=0.006, atol=0.01)


def test_the_date_line_is_no_wall():
    places = to_kilometres(np.zeros(2), np.array([179.9, -179.9]), centre=(0.0, 180.0))
    assert np.ptp(places[:, 0]) == pytest.approx(0.2 * 111.2)


def test_neighbours_are_scikit_learns():
    generator = np.random.default_rng(0)
    known, places = generator.normal(size=(300, 2)), generator.normal(size=(40, 2))
    expected = NearestNeighbors(n_neighbors=8).fit(known).kneighbors(places, return_distance=False)
    np.testing.assert_array_equal(nearest(known, places, 8), expected)


def test_nobody_is_their_own_neighbour():
    known = np.random.default_rng(0).normal(size=(200, 2))
    rows = nearest(known, known, 10, apart=(np.arange(200),) * 2)
    assert not (rows == np.arange(200)[:, None]).any()


def test_nobody_is_their_own_neighbour_in_a_tower_with_one_address():
    known = np.zeros((60, 2))
    rows = nearest(known, known, 5, apart=(np.arange(60),) * 2)
    assert not (rows == np.arange(60)[:, None]).any()
    assert rows.shape == (60, 5)


def test_a_flat_without_a_place_of_its_own_takes_all_comers():
    known = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    rows = nearest(known, known[:1], 2, apart=(np.arange(3), np.array([-1])))
    assert rows.tolist() == [[0, 1]]


def test_one_neighbour_is_still_a_column():
    known = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert nearest(known, known, 1).shape == (2, 1)


@pytest.mark.parametrize("size", [2, 10, 150])
def test_flats_of_one_group_are_never_neighbours(size):
    generator = np.random.default_rng(0)
    known = generator.normal(size=(300, 2))
    groups = np.arange(300) // size
    known += 10 * generator.normal(size=(groups.max() + 1, 2))[groups]  # each group in a huddle
    rows = nearest(known, known, 6, apart=(groups, groups))
    assert not (groups[rows] == groups[:, None]).any()
    distance = np.linalg.norm(known[:, None] - known[None], axis=-1)
    distance[groups[:, None] == groups[None]] = np.inf
    np.testing.assert_array_equal(rows, np.argsort(distance, axis=1, kind="stable")[:, :6])


def test_places_are_searched_in_blocks_without_a_seam(monkeypatch):
    known, places = np.random.default_rng(0).normal(size=(2, 100, 2))
    whole = nearest(known, places, 3)
    monkeypatch.setattr("tabular.neighbours.BLOCK", 7)
    np.testing.assert_array_equal(nearest(known, places, 3), whole)


def hidden(rows, epoch=0, *, seed=0, **how):
    near = torch.full((len(rows), 20), 5, dtype=torch.int32)
    inputs = HiddenNeighbours(seed=seed, **how)((near, near, near, near), rows, epoch)
    assert all(torch.equal(one, near) for one in inputs[:3])
    assert inputs[3].dtype == torch.int32
    assert set(inputs[3].unique().tolist()) <= {5, -6}
    return inputs[3] < 0


def test_a_rows_hidden_neighbours_are_the_same_in_any_batch():
    whole = hidden(range(500))
    order = torch.randperm(500, generator=torch.Generator().manual_seed(0))
    assert torch.equal(hidden(order[:100]), whole[order[:100]])
    assert torch.equal(hidden(range(170, 400)), whole[170:400])


def test_every_tenth_neighbour_is_hidden_independently_of_all_others():
    draws = [hidden(range(20_000)), hidden(range(20_000), 1), hidden(range(20_000), seed=1)]
    for draw in draws:
        assert draw.double().mean().item() == pytest.approx(0.1, abs=0.002)  # 4 standard errors
        for axis in (0, 1):  # no row of the table and no place among neighbours is preferred
            shares = draw.double().mean(axis)
            expected = np.sqrt(0.09 / draw.shape[axis])
            assert shares.std().item() == pytest.approx(expected, rel=0.6)
    flat = [draw.flatten().double() for draw in draws]
    pairs = [(flat[0], flat[1]), (flat[0], flat[2]), (flat[1], flat[2])]
    pairs += [(flat[0][lag:], flat[0][:-lag]) for lag in (1, 2, 19, 20, 21, 40)]
    for one, other in pairs:
        assert abs(torch.corrcoef(torch.stack([one, other]))[0, 1]) < 0.007  # 4 standard errors
    assert hidden(range(100), share=0.0).sum() == 0
    assert hidden(range(100), share=1.0).all()


def test_what_has_no_neighbours_stays_as_it_is():
    inputs = torch.zeros(3, 2), torch.zeros(3, 1, dtype=torch.int32)
    assert HiddenNeighbours(seed=0)(inputs, range(3), 0) is inputs
