"""Columns of numbers that are the price itself: in another currency, or as two of its parts."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from tabular.features import logarithm
from tabular.values import as_numbers

FEWEST_TELLING, NEARLY_THE_PRICE = 30, 0.999
"""Rows, and correlation, from which on a column is nearly the price itself."""
TOGETHER = 0.9999
"""How closely the product or the sum of two columns follows the price that is made of them."""
WORTH = 0.9
"""Correlation from which on two columns are looked at closely: gaps take a little off."""
SAMPLE = 5_000
"""Rows that tell it."""


def notes_on_telling(
    kinds: Mapping[str, str], frame: pd.DataFrame, log_price: np.ndarray
) -> list[str]:
    """Name the columns of numbers that are nearly the price itself, one by one or by two.

    kinds: the columns, and what each was taken for. log_price: (n,) of the frame's rows.
    """
    notes, others = [], {}
    for name, kind in kinds.items():
        numbers = as_numbers(frame[name], kind)
        alike = _correlation(logarithm(numbers), log_price)
        if alike > NEARLY_THE_PRICE:
            notes.append(
                f"the column {name} is nearly the price itself, their logarithms correlate by "
                f"{alike:.4f}; if it is not known beforehand, leave it out: --column {name}=ignore"
            )
        elif kind == "number":
            others[name] = numbers
    return notes + _pair_notes(others, log_price)


def _correlation(values: np.ndarray, price: np.ndarray) -> float:
    """Return the correlation over the rows that have both; 0 where there are few, or one value."""
    known = np.isfinite(values)
    if known.sum() < FEWEST_TELLING or not np.ptp(values[known]) or not np.ptp(price[known]):
        return 0.0
    return float(np.corrcoef(values[known], price[known])[0, 1])


def _pair_notes(columns: Mapping[str, np.ndarray], log_price: np.ndarray) -> list[str]:
    """Say which two columns make up the price: an area and what a metre costs, land and house."""
    step = max(1, len(log_price) // SAMPLE)
    log_price = log_price[::step].astype(np.float64)
    notes = []
    for made, prepare, price in (
        ("product", logarithm, log_price),
        ("sum", np.asarray, np.exp(log_price)),
    ):
        given = {name: prepare(numbers[::step]) for name, numbers in columns.items()}
        for first, second in _candidates(given, price):
            both = given[first] + given[second]
            if _correlation(both, price) > TOGETHER:
                notes.append(
                    f"the columns {first} and {second} give the price, as their {made}; if they "
                    f"are not known beforehand, leave one out, such as --column {second}=ignore"
                )
    return notes


def _candidates(given: Mapping[str, np.ndarray], price: np.ndarray) -> list[tuple[str, str]]:
    """Return the pairs whose sums follow the price at all, told by all columns at once."""
    names = [name for name, values in given.items() if np.isfinite(values).sum() >= FEWEST_TELLING]
    if len(names) < 2:
        return []
    values = np.stack([given[name] for name in names])
    known = np.isfinite(values)
    means = np.where(known, values, 0).sum(axis=1) / known.sum(axis=1)
    centred = np.where(known, values - means[:, None], 0)
    target = price - price.mean()
    own, shared = centred @ centred.T, centred @ target
    found = []
    for a, b in combinations(range(len(names)), 2):
        size = own[a, a] + own[b, b] + 2 * own[a, b]
        if size > 0 and shared[a] + shared[b] > WORTH * np.sqrt(size * (target @ target)):
            found.append((names[a], names[b]))
    return found
