"""Target leakage: columns that are the price itself, in another currency or as two of its parts."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from tabular.features import logarithm
from tabular.values import as_numbers

FEWEST_ROWS, NEARLY_THE_PRICE = 30, 0.999
"""Rows, and correlation, from which on a column is nearly the price itself."""
TOGETHER = 0.9999
"""How closely the product or the sum of two columns follows the price that is made of them; and a
column the price that it is but for a sum, such as a fee."""
CLEARLY = 0.1
"""The share that two columns leave untold, of what the better of them alone does, at most."""
WORTH = 0.9
"""Correlation from which on two columns are looked at closely: gaps take a little off."""
SAMPLE = 5_000
"""Rows that tell it."""
MOST_PAIRED, MOST_PAIRS, MOST_TOLD = 500, 200, 3
"""Columns, those closest to the price, that are looked at by two; pairs that are looked at closely;
and pairs that are named."""


class _Column(NamedTuple):
    """A sample of a column's numbers, and how they follow the price."""

    numbers: np.ndarray
    of_logarithms: float
    of_numbers: float


def notes_on_leakage(
    kinds: Mapping[str, str], frame: pd.DataFrame, log_price: np.ndarray
) -> list[str]:
    """Name the columns of numbers that are nearly the price itself, one by one or by two.

    kinds: the columns, and what each was taken for. log_price: (n,) of the frame's rows.
    """
    step = max(1, len(log_price) // SAMPLE)
    some_logs = log_price[::step].astype(np.float64)
    some_prices = np.exp(some_logs)
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
            some = numbers[::step].copy()  # a view would keep the whole column
            alone = _correlation(some, some_prices)
            if alone <= TOGETHER:
                others[name] = _Column(some, alike, alone)
            # Else it may be a far value of both that makes it.
            elif min(alone, _correlation(*_ranks(some, some_prices))) > NEARLY_THE_PRICE:
                notes.append(
                    f"the column {name} is nearly the price itself, they correlate by {alone:.4f}; "
                    f"if it is not known beforehand, leave it out: --column {name}=ignore"
                )
    products = {name: (logarithm(one.numbers), one.of_logarithms) for name, one in others.items()}
    sums = {name: (one.numbers, one.of_numbers) for name, one in others.items()}
    return (
        notes + _pair_notes("product", products, some_logs) + _pair_notes("sum", sums, some_prices)
    )


def _correlation(values: np.ndarray, price: np.ndarray) -> float:
    """Return the correlation over the rows that have both; 0 where there are few, or one value."""
    known = np.isfinite(values)
    if known.sum() < FEWEST_ROWS or not np.ptp(values[known]) or not np.ptp(price[known]):
        return 0.0
    return float(np.corrcoef(values[known], price[known])[0, 1])


def _ranks(values: np.ndarray, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of both by size, over the rows that have both."""
    known = np.isfinite(values)
    return pd.Series(values[known]).rank().to_numpy(), pd.Series(price[known]).rank().to_numpy()


def _pair_notes(
    made: str, columns: Mapping[str, tuple[np.ndarray, float]], price: np.ndarray
) -> list[str]:
    """Say which two columns make up the price: an area and what a metre costs, land and house.

    columns: the terms that are added, and how closely each follows the price alone.
    """
    notes = []
    for first, second in _candidates(columns, price):
        (one, alone), (other, other_alone) = columns[first], columns[second]
        both = _correlation(one + other, price)
        if both > TOGETHER and 1 - both < CLEARLY * (1 - max(alone, other_alone)):
            notes.append(
                f"the columns {first} and {second} give the price, as their {made}; if they "
                f"are not known beforehand, leave one out, such as --column {second}=ignore"
            )
    return notes[:MOST_TOLD]


def _candidates(
    columns: Mapping[str, tuple[np.ndarray, float]], price: np.ndarray
) -> list[tuple[str, str]]:
    """Return the pairs whose sums follow the price best, told by all columns at once."""
    enough = [name for name, (v, _) in columns.items() if np.isfinite(v).sum() >= FEWEST_ROWS]
    closest = {*sorted(enough, key=lambda name: -abs(columns[name][1]))[:MOST_PAIRED]}
    names = [name for name in enough if name in closest]
    if len(names) < 2:
        return []
    values = np.stack([columns[name][0] for name in names])
    known = np.isfinite(values)
    means = np.where(known, values, 0).sum(axis=1) / known.sum(axis=1)
    centred = np.where(known, values - means[:, None], 0)
    target = price - price.mean()
    own, shared = centred @ centred.T, centred @ target
    sizes = np.diag(own)[:, None] + np.diag(own) + 2 * own
    scale = np.sqrt(np.maximum(sizes, 0) * (target @ target))
    follows = np.divide(shared[:, None] + shared, scale, out=np.zeros_like(scale), where=scale > 0)
    # A column by itself stands on the diagonal, where it is added to itself.
    alone = np.diag(follows)
    untold = (1 - follows) / np.maximum(1 - np.maximum(alone[:, None], alone), 1e-9)
    firsts, seconds = np.nonzero(np.triu(follows > WORTH, 1))
    best = np.argsort(untold[firsts, seconds], kind="stable")[:MOST_PAIRS]
    return [(names[firsts[at]], names[seconds[at]]) for at in best]
