"""Rows that are one flat twice, but for a cell or two: the day of the listing, a rounded figure."""

from itertools import combinations

import numpy as np
import pandas as pd

LEAST_SHARE = 0.01
"""Share of rows with a twin from which on twins are no chance."""
LEAST_COLUMNS = 4
"""In a table of fewer columns beside the price, rows are alike by chance."""
LEAST_COLUMNS_FOR_TWO = 6
"""The same where twins may differ in two columns,"""
MORE = 1.2
"""which must find so many times the twins that differ in one."""
SAMPLE = 10_000
"""Rows, whole prices of them, in which the two columns are looked for."""
MOST_ROWS = 200_000
"""In larger tables twins are not looked for."""


def find_twins(frame: pd.DataFrame, price: np.ndarray) -> tuple[list[str], np.ndarray] | None:
    """Return the columns in which most twins differ, and which rows belong together, (n,) int64.

    Twins have one price, and the same cells but for one column or two. None where hardly any row
    has one. A row is a sum of its cells' hashes, so that leaving a column out is a subtraction.

    >>> flats = pd.DataFrame(np.random.default_rng(0).random((50, 5)), columns=list("abcde"))
    >>> flats = pd.concat([flats, flats.assign(e=flats["e"].round(2))], ignore_index=True)
    >>> columns, groups = find_twins(flats, np.r_[1:51, 1:51])
    >>> columns, len(np.unique(groups))
    (['e'], 50)
    """
    if not len(frame) <= MOST_ROWS or frame.shape[1] < LEAST_COLUMNS:
        return None
    hashes = [_hashes(frame[name], place) for place, name in enumerate(frame.columns, 1)]
    prices = _hashes(pd.Series(price), 0)
    whole = np.sum(hashes, axis=0, dtype=np.uint64) + prices
    best = max(range(len(hashes)), key=lambda number: _twins(whole - hashes[number]))
    found, count = [best], _twins(whole - hashes[best])
    if frame.shape[1] >= LEAST_COLUMNS_FOR_TWO:
        two = _best_two(whole, hashes, prices)
        if (twins := _twins(whole - hashes[two[0]] - hashes[two[1]])) > MORE * count:
            found, count = two, twins
    if count <= max(1, LEAST_SHARE * len(frame)):
        return None
    rest = whole - np.sum([hashes[number] for number in found], axis=0, dtype=np.uint64)
    return [str(frame.columns[number]) for number in found], pd.factorize(rest)[0].astype(np.int64)


def _best_two(whole: np.ndarray, hashes: list[np.ndarray], prices: np.ndarray) -> list[int]:
    """Return the two columns in which most twins differ, among a sample's: all rows of some prices.

    Twins share their price, so that a sample of prices splits no pair.
    """
    taken = prices % np.uint64(max(1, len(prices) // SAMPLE)) == 0
    rows, own = whole[taken], [one[taken] for one in hashes]
    pairs = list(combinations(range(len(hashes)), 2))
    twins = [_twins(rows - own[first] - own[second]) for first, second in pairs]
    return list(pairs[int(np.argmax(twins))])


def _twins(rest: np.ndarray) -> int:
    """Return how many rows have another with the same hash."""
    return int(pd.Series(rest).duplicated(keep=False).sum())


def _hashes(cells: pd.Series, place: int) -> np.ndarray:
    """Hash cells so that the same in another column is another, (n,) uint64."""
    hashes = pd.util.hash_pandas_object(cells, index=False).to_numpy()
    mixed = (hashes ^ np.uint64(place * 0x9E3779B97F4A7C15 % 2**64)) * np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(31))
