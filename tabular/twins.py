"""Rows that are one flat twice, but for one cell: the day of the listing, or a rounded figure."""

import numpy as np
import pandas as pd

LEAST_SHARE = 0.01
"""Share of rows with a twin from which on twins are no chance."""
LEAST_COLUMNS = 4
"""In a table of fewer columns beside the price, rows are alike by chance."""
MOST_ROWS = 200_000
"""In larger tables twins are not looked for."""


def find_twins(frame: pd.DataFrame, price: np.ndarray) -> tuple[str, np.ndarray] | None:
    """Return the column in which most twins differ, and which rows belong together, (n,) int64.

    Twins have one price, and the same cells but for one column. None where hardly any row has
    one. A row is a sum of its cells' hashes, so that leaving a column out is a subtraction.

    >>> flats = pd.DataFrame(np.random.default_rng(0).random((50, 5)), columns=list("abcde"))
    >>> flats = pd.concat([flats, flats.assign(e=flats["e"].round(2))], ignore_index=True)
    >>> column, groups = find_twins(flats, np.r_[1:51, 1:51])
    >>> column, len(np.unique(groups))
    ('e', 50)
    """
    if not len(frame) <= MOST_ROWS or frame.shape[1] < LEAST_COLUMNS:
        return None
    hashes = [_hashes(frame[name], place) for place, name in enumerate(frame.columns, 1)]
    whole = np.sum(hashes, axis=0, dtype=np.uint64) + _hashes(pd.Series(price), 0)
    best, most = "", max(1, LEAST_SHARE * len(frame))
    for name, own in zip(frame.columns, hashes, strict=True):
        twins = int(pd.Series(whole - own).duplicated(keep=False).sum())
        if twins > most:
            best, most = str(name), twins
    if not best:
        return None
    rest = whole - hashes[list(frame.columns).index(best)]
    return best, pd.factorize(rest)[0].astype(np.int64)


def _hashes(cells: pd.Series, place: int) -> np.ndarray:
    """Hash cells so that the same in another column is another, (n,) uint64."""
    hashes = pd.util.hash_pandas_object(cells, index=False).to_numpy()
    mixed = (hashes ^ np.uint64(place * 0x9E3779B97F4A7C15 % 2**64)) * np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(31))
