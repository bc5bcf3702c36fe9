"""The nearest flats whose prices are known, found without ever looking at one's own price."""

import numpy as np
from scipy.spatial import cKDTree

KM_PER_DEGREE = 111.2
"""Kilometres in one degree of latitude: the Earth's 40,030 km around, over 360."""


def to_kilometres(
    latitude: np.ndarray, longitude: np.ndarray, *, centre: tuple[float, float]
) -> np.ndarray:
    """Project coordinates in degrees onto a plane in kilometres around `centre`, (n, 2).

    Equirectangular: one degree of longitude is cos(latitude of the centre) as long as one of
    latitude. Over a city or a region the error is far below a per cent.

    >>> to_kilometres(np.array([56.0]), np.array([37.0]), centre=(55.0, 37.0)).round(1).tolist()
    [[0.0, 111.2]]
    """
    east = (longitude - centre[1] + 180) % 360 - 180
    scale = np.cos(np.radians(centre[0]))
    return KM_PER_DEGREE * np.stack([east * scale, latitude - centre[0]], axis=1)


def nearest(
    known: np.ndarray, places: np.ndarray, count: int, *, themselves: np.ndarray | None = None
) -> np.ndarray:
    """Return the row numbers in `known` of the `count` nearest to each place, nearest first.

    known (m, 2), places (n, 2) in kilometres -> (n, count) int64.
    themselves: for each place, its own row in `known`, or -1. A flat is then never its own
    neighbour: at distance zero it would hand the network the price that it has to guess. Others
    at the same address stay.

    >>> street = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    >>> nearest(street, street, 2, themselves=np.arange(3)).tolist()
    [[1, 2], [0, 2], [1, 0]]
    """
    wanted = count if themselves is None else count + 1
    _, rows = cKDTree(known).query(places, wanted)
    rows = rows.reshape(len(places), wanted).astype(np.int64)
    if themselves is None:
        return rows
    own = rows == np.asarray(themselves)[:, None]
    # Among more than `count` flats at one address the flat itself may not have come up; then the
    # last of the neighbours goes in its stead.
    own[~own.any(axis=1), -1] = True
    return rows[~own].reshape(len(places), count)
