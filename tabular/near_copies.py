"""Rows that are one flat twice, but for a cell or two, or for the rounding of its figures."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from common.disjoint_sets import DisjointSets
from common.tables import parse_numbers
from tabular.type_inference import decide_kind
from tabular.values import DATES

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
ROWS_FOR_KIND = 1_000
"""Rows by which a column is known for one of days."""
MOST_DECIMALS = 7
"""Of a number; coordinates have six."""
MOST_STEPS = 100
"""Rows of one price and the same words that are compared with each other, by the first number."""
MOST_ROWS = 200_000
"""In larger tables twins are not looked for."""
FEWEST_RELISTED = 10
"""Rows alike but for their price, fewer of which are chance."""
MOST_RELISTED, MOST_RELISTED_SHARE = 12, 0.02
"""Rows of one flat at the most, the larger of both: in larger groups, few columns describe it."""
FEWEST_VALUES = 50
"""Of one column at least; with fewer in each, rows are alike because they are described coarsely:
by the layout of a flat, or by a telephone's model and memory."""
OF_ONE_FLAT = 0.25
"""Spread of the prices of rows that are alike, by that of all, up to which they are one flat that
was offered again: above it they are flats that the columns do not tell apart."""


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


def find_relisted(frame: pd.DataFrame, price: np.ndarray) -> tuple[list[str], np.ndarray] | None:
    """Return the columns of days, and which rows are alike but for their price and for these.

    No columns where the days of such rows are the same, too.

    None where hardly any row is, where the prices of such rows differ as those of others do, or
    where the columns are too coarse to tell flats apart.

    >>> flats = pd.DataFrame(np.random.default_rng(0).random((50, 4)), columns=list("abcd"))
    >>> twice = pd.concat([flats, flats], ignore_index=True)
    >>> len(np.unique(find_relisted(twice, np.r_[100:150, 101:151])[1]))
    50
    """
    if not len(frame) <= MOST_ROWS:
        return None
    hashes = {name: _hashes(frame[name], place) for place, name in enumerate(frame.columns, 1)}
    most = max(MOST_RELISTED, MOST_RELISTED_SHARE * len(frame))
    groups = _relisted(frame, hashes, price, most)
    days = [str(name) for name in frame if _holds_days(str(name), frame[name])]
    if days:
        others = _relisted(frame.drop(columns=days), hashes, price, MOST_RELISTED)
        if others is not None and (groups is None or others.max() < groups.max()):
            return days, others
    return None if groups is None else ([], groups)


def _holds_days(name: str, cells: pd.Series) -> bool:
    """Whether cells are days of listings: those on which houses are finished are few."""
    some = cells.sample(min(len(cells), ROWS_FOR_KIND), random_state=0)
    return decide_kind(name, some)[0] in DATES and cells.nunique() >= FEWEST_VALUES


def _relisted(
    frame: pd.DataFrame, hashes: Mapping[Any, np.ndarray], price: np.ndarray, most: float
) -> np.ndarray | None:
    """Return which rows are one flat offered again; none is so in more rows than `most`."""
    if frame.shape[1] < LEAST_COLUMNS:
        return None
    whole = np.sum([hashes[name] for name in frame], axis=0, dtype=np.uint64)
    groups = pd.factorize(whole)[0].astype(np.int64)
    if _twins(groups) < max(FEWEST_RELISTED, LEAST_SHARE * len(frame)):
        return None
    if np.bincount(groups).max() > most or frame.nunique().max() < FEWEST_VALUES:
        return None
    logarithm = pd.Series(np.log(price))
    spread = logarithm.groupby(groups).std().dropna()
    return None if spread.median() > OF_ONE_FLAT * logarithm.std() else groups


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


def find_rounded(frame: pd.DataFrame, price: np.ndarray) -> tuple[list[str], np.ndarray] | None:
    """Return the columns in which rows are one flat but for rounding, and which belong together.

    Rows of one price whose other cells are the same, and whose numbers with decimals are the same
    when the finer is rounded, or cut off, to the decimals of the coarser. None where hardly any row
    has such a twin.

    >>> flats = pd.DataFrame(np.random.default_rng(0).random((50, 4)), columns=list("abcd"))
    >>> flats = pd.concat([flats, flats.round({"a": 2, "b": 3})], ignore_index=True)
    >>> columns, groups = find_rounded(flats, np.r_[1:51, 1:51])
    >>> columns, len(np.unique(groups))
    (['a', 'b'], 50)
    """
    if not len(frame) <= MOST_ROWS or frame.shape[1] < LEAST_COLUMNS:
        return None
    numbers = _with_decimals(frame)
    if numbers.empty:
        return None
    rest = [_hashes(frame[name], place) for place, name in enumerate(frame) if name not in numbers]
    missing = [_hashes(numbers[name].isna(), -place) for place, name in enumerate(numbers, 1)]
    hashes = np.array([*rest, *missing, _hashes(pd.Series(price), 0)])
    key = hashes.sum(axis=0, dtype=np.uint64)
    values = numbers.fillna(0.0).to_numpy(np.float64)
    units = 10.0 ** -_decimals(values)
    sets, rounded, together = DisjointSets(len(frame)), np.zeros(len(frame), bool), set[int]()
    by_key = np.lexsort((values[:, 0], key))
    for step in range(1, MOST_STEPS):
        one, other = by_key[:-step], by_key[step:]
        unit = np.maximum(units[one], units[other])
        near = np.abs(values[one] - values[other]) < unit * (1 - 1e-6)
        same = key[one] == key[other]
        alike = same & near.all(axis=1)
        differ = values[one[alike]] != values[other[alike]]
        together |= set(np.flatnonzero(differ.any(axis=0)).tolist())
        for pair in zip(one[alike].tolist(), other[alike].tolist(), strict=True):
            sets.join(*pair)
        rounded[np.r_[one[alike][differ.any(axis=1)], other[alike][differ.any(axis=1)]]] = True
        if not (same & near[:, 0]).any():
            break
    if rounded.sum() <= max(1, LEAST_SHARE * len(frame)):
        return None
    return [str(numbers.columns[place]) for place in sorted(together)], sets.groups()


def _with_decimals(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that hold numbers, some of which have decimals, as numbers."""
    found = {}
    for name in frame:
        cells = frame[name]
        if pd.api.types.is_numeric_dtype(cells):
            numbers = cells.astype("float64")
        elif pd.api.types.is_datetime64_any_dtype(cells):
            continue
        else:
            some = cells.dropna().iloc[:100]
            if not len(some) or parse_numbers(some).isna().any():
                continue
            numbers = parse_numbers(cells)
            if numbers.isna().sum() > cells.isna().sum():
                continue
        if (numbers % 1 > 0).any():
            found[name] = numbers
    return pd.DataFrame(found, index=frame.index)


def _decimals(values: np.ndarray) -> np.ndarray:
    """Return how many decimals each number has, at most `MOST_DECIMALS`.

    >>> _decimals(np.array([45.0, 45.3, 55.755814])).tolist()
    [0, 1, 6]
    """
    decimals = np.full(values.shape, MOST_DECIMALS)
    for count in reversed(range(MOST_DECIMALS)):
        scaled = values * 10.0**count
        whole = np.abs(scaled - np.rint(scaled)) < 1e-6 * np.maximum(1.0, np.abs(scaled) * 1e-6)
        decimals[whole] = count
    return decimals
