"""Padding: a batch of texts of different lengths as one table."""

import numpy as np

from common.exercises import exercise


@exercise(points=15, minutes=20, difficulty=2, uses="NumPy", lesson="Data")
def pad(values: np.ndarray, text: np.ndarray, count: int, *, most: int | None = None) -> np.ndarray:
    """Lay the values of several texts out as a table: a row for each text, 0 beyond its end.

    values: (n,) numbers, those of the first text, then those of the second, and so on.
    text: (n,) which text each value is of, in ascending order, from 0 on.
    count: how many texts there are. Any of them may have no value at all, the last ones too.
    most: of each text only so many values are taken, 1 or more, its first ones; None takes all.

    Returns (count, longest), of the values' own dtype. longest is the number of values taken of
    the text that has most of them, but at least 1: a network wants something to look at, even if
    all texts are empty.

    >>> pad(np.array([7, 8, 9, 5]), np.array([0, 0, 0, 2]), 3)
    array([[7, 8, 9],
           [0, 0, 0],
           [5, 0, 0]])
    >>> pad(np.array([7, 8, 9, 5]), np.array([0, 0, 0, 2]), 3, most=2).tolist()
    [[7, 8], [0, 0], [5, 0]]
    """
    lengths = np.bincount(text, minlength=count)
    there = np.arange(max(1, lengths.max(initial=0))) < lengths[:, None]
    table = np.zeros(there.shape, values.dtype)
    table[there] = values  # row by row, which is their order
    return table[:, :most]
