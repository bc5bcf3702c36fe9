import numpy as np
import pytest
from sklearn.metrics.pairwise import haversine_distances
from sklearn.neighbors import NearestNeighbors

from tabular.neighbours import nearest, to_kilometres


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
