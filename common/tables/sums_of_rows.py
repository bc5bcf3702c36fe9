"""Whether rows that are called totals hold the sums of others: a brand is called Total as well."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from common.tables.measure_parsing import read_spellings

_ROUNDED = 5e-3
"""How far a sum or a mean that is written may lie from what the numbers come to, by that."""
_SOME = 100
"""Cells by which a column of text is known to spell numbers: `5 ₽`, `30 м²`."""


def sums_among(frame: pd.DataFrame, says: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Return which (n,) of the rows that are called totals are some.

    They are where at least half of them hold sums: of the rows up to the next that is called so,
    above or below, or of all rows above, or of all. A sum stands in more than half of the columns
    of numbers of a row, or a mean in some of them. Without sums, a row is a total that stands
    below all others, or that holds nothing else, if no other row has its word.

    says, words (n,): which rows are called so, and by what word; "" in other rows.
    """
    places = np.flatnonzero(says)
    columns = list(_numbers(frame))
    filled = np.zeros(len(places), int)
    fits, sums = np.zeros((4, len(places)), int), np.zeros((4, len(places)), bool)
    for numbers in columns:
        own = numbers[places]
        filled += ~np.isnan(own)
        for group, (total, count) in enumerate(_groups(numbers, says)):
            with np.errstate(invalid="ignore", divide="ignore"):
                is_sum = np.isclose(own, total, rtol=_ROUNDED, atol=0) & (count > 1)
                is_mean = np.isclose(own, total / count, rtol=_ROUNDED, atol=0)
            fits[group] += is_sum | is_mean
            sums[group] |= is_sum
    proven = (sums & (2 * fits > filled)).any(axis=0)
    if len(places) and 2 * proven.sum() >= len(places):
        return says
    found = np.zeros(len(frame), bool)
    counts = Counter(words[places].tolist())
    below = places + np.arange(len(places), 0, -1) == len(frame)
    alone = frame.iloc[places].notna().sum(axis=1).to_numpy() == 1
    only = np.array([counts[word] == 1 for word in words[places].tolist()], bool)
    found[places] = proven | ((below | (alone & (frame.shape[1] > 1))) & only)
    return found


def _numbers(frame: pd.DataFrame) -> Iterator[np.ndarray]:
    """Yield the numbers (n,) of each column that holds some, or spells them: `5 ₽`."""
    for name in frame:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column):
            continue
        if pd.api.types.is_numeric_dtype(column):
            yield column.to_numpy(float, na_value=np.nan)
        elif spells_numbers(column.iloc[:_SOME]):
            texts = column.astype("string")
            values = read_spellings(Counter(texts.dropna().tolist())).values
            yield texts.map(values.get).to_numpy(float, na_value=np.nan)


def _groups(numbers: np.ndarray, says: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the sums and the counts of the numbers in each of four groups; see `sums_among`."""
    places = np.flatnonzero(says)
    known = ~says & ~np.isnan(numbers)
    run = [np.append(0.0, np.cumsum(np.where(known, numbers, 0.0))), np.append(0, np.cumsum(known))]
    before, after = np.append(0, places[:-1]), np.append(places[1:], len(numbers))
    above = [each[places] for each in run]
    yield above[0] - run[0][before], above[1] - run[1][before]
    yield run[0][after] - above[0], run[1][after] - above[1]
    yield above[0], above[1]
    yield np.full(len(places), run[0][-1]), np.full(len(places), run[1][-1])


def spells_numbers(column: pd.Series) -> bool:
    """Whether the first cells of a column of text are all numbers, as far as they are known."""
    counts = Counter(str(cell) for cell in column.dropna().iloc[:_SOME])
    return bool(counts) and read_spellings(counts).values.keys() == counts.keys()
