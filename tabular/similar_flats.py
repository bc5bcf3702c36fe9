"""The flats most alike, found in training and in an exported run by one rule, in NumPy."""

from collections.abc import Callable

import numpy as np

BLOCK = 8_000_000
"""Distances that are held at once: 32 MB."""


def least(distances: np.ndarray, count: int) -> np.ndarray:
    """Return the `count`-th smallest of each row, (n, m) -> (n,)."""
    return np.partition(distances, count - 1, axis=1)[:, count - 1]


def nearest_alike(
    known: np.ndarray,
    places: np.ndarray,
    count: int,
    *,
    apart: tuple[np.ndarray, np.ndarray] | None = None,
    least: Callable[[np.ndarray, int], np.ndarray] = least,
) -> np.ndarray:
    """Return the rows of the `count` known flats nearest to each place, (n, count) int32.

    The nearest come first; of equally near ones, the earlier row. In a space of many dimensions a
    tree looks at nearly every flat anyway: all distances by one product of matrices are faster,

        ‖p − q‖² = ‖p‖² + ‖q‖² − 2 p·q

    but in float32, and so rounded that equal ones differ. They tell who may be among the nearest,
    with a bound of their error, 2 (d + 4) ε (‖p‖² + ‖q‖²) each way; who is, distances in float64
    tell. p and q are taken from the middle of all: the nearer to zero, the smaller the error.

    Args:
        known: (m, d) float32.
        places: (n, d) float32.
        count: at most m.
        apart: a label for each known flat and for each place, (m,) and (n,). Flats of one label
            are neighbours only where there are not enough others.
        least: what finds the `count`-th smallest of each row.

    >>> street = np.array([[0.0], [1.0], [1.0], [3.0]], dtype=np.float32)
    >>> nearest_alike(street, street[:2], 2, apart=(np.arange(4), np.arange(2))).tolist()
    [[1, 2], [2, 0]]
    """
    middle = known.mean(axis=0)
    centred = known - middle
    lengths = np.square(centred).sum(axis=1)
    error = np.float32(2 * (known.shape[1] + 4) * np.finfo(np.float32).eps)
    rows = np.empty((len(places), count), dtype=np.int32)
    step = max(1, BLOCK // max(len(known), 1))
    for start in range(0, len(places), step):
        part = slice(start, start + step)
        wanted = places[part] - middle
        # At most, but for the place's own length, which is the same for all.
        distance = (1 + error) * lengths - 2 * (wanted @ centred.T)
        if apart is not None:
            distance[apart[1][part][:, None] == apart[0]] = np.inf
        limit = least(distance, count) + 2 * error * np.square(wanted).sum(axis=1)
        distance -= 2 * error * lengths  # at least
        at, some = np.nonzero(~(distance > limit[:, None]))  # what overflows to NaN may be near too
        exact = np.zeros(len(at))
        for of_known, of_place in zip(known.T, places[part].T, strict=True):
            exact += np.square(of_known[some].astype(np.float64) - of_place[at])
        if apart is not None:
            exact[apart[1][part][at] == apart[0][some]] = np.inf
        order = np.lexsort((exact, at))  # stable: equal ones stay in the order of their rows
        first = np.searchsorted(at, np.arange(len(distance)))
        rows[part] = some[order[first[:, None] + np.arange(count)]]
    return rows
