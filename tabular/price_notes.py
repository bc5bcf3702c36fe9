"""What a person is asked about the column of prices: its mark, two scales, and a cap."""

import numpy as np
import pandas as pd

from common.tables.number_parsing import read_numeral

FEWEST_APART, TIMES_APART = 20, 20
"""So many prices tell a scale; a price so many times the next smaller one is of another."""

FEWEST_BESIDE = 3
"""Columns beside the price from which on a row without any of them is rather a sum."""

CAPPED_SHARE, FEWEST_CAPPED, CAPPED_TIMES = 0.01, 8, 3
"""Share of the prices that are the highest one, how many those are, and how many times as often as
any other it stands, from which on it is rather a cap: `500,001` for all that is above 500,000."""


def notes_on_prices(price: pd.Series, target: str) -> list[str]:
    """Say that some prices are of another scale than the others, or cut down to the highest.

    price: (n,) without a missing one. target: the column's name.

    >>> prices = pd.Series([*range(100_000, 300_000, 5_000), *[300_001] * 9])
    >>> notes_on_prices(prices, "price")
    ["prices in 'price': 9 of 49 are 300,001, the highest: are those above it cut down to it?"]
    """
    return _apart(price, target) + _capped(price, target)


def _apart(price: pd.Series, target: str) -> list[str]:
    """Say that some prices are many times the others, with nothing between: in thousands?"""
    known = np.sort(price.to_numpy())
    if len(known) < FEWEST_APART:
        return []
    steps = known[1:] / known[:-1]
    place = int(steps.argmax()) + 1
    if steps[place - 1] < TIMES_APART:
        return []
    return [
        f"prices in {target!r}: {place:,} of {len(known):,} are at most {known[place - 1]:,.10g}, "
        f"the others at least {known[place]:,.10g}: are they in another scale?"
    ]


def _capped(price: pd.Series, target: str) -> list[str]:
    """Say that many prices are the highest one: of those flats nothing tells what they cost."""
    values, counts = np.unique(price.to_numpy(), return_counts=True)
    least = max(FEWEST_CAPPED, CAPPED_SHARE * len(price))
    if len(values) < FEWEST_APART or counts[-1] < least:
        return []
    if counts[-1] < CAPPED_TIMES * counts[:-1].max():
        return []
    return [
        f"prices in {target!r}: {counts[-1]:,} of {len(price):,} are {values[-1]:,.10g}, the "
        "highest: are those above it cut down to it?"
    ]


def note_on_mark(cell: str, price: pd.Series, target: str) -> list[str]:
    """Say how the mark of `950.000` was read, where each price of the file is so written.

    >>> note_on_mark("950.000", pd.Series([950.0]), "price")
    ["prices in 'price': all are written like '950.000', which is read as 950; if the mark sets \
thousands apart, take it out"]
    """
    numeral = read_numeral(cell)
    if numeral is None or numeral.if_point == numeral.if_comma:
        return []
    thousands = max(numeral.if_point, numeral.if_comma)
    read, change = min(numeral.if_point, numeral.if_comma), "sets thousands apart, take it out"
    if np.isclose(price, thousands, rtol=1e-9).any():  # as the cell itself was read
        read, change = thousands, "is the decimal one, write two decimals"
    return [
        f"prices in {target!r}: all are written like {cell!r}, which is read as {read:,.10g}; if "
        f"the mark {change}"
    ]


def note_on_bare_prices(frame: pd.DataFrame, price: pd.Series) -> list[str]:
    """Say that rows hold nothing but a price, as a sum or an average below a table does.

    frame: the table without its prices. price: NaN where there is none.

    A table of fewer than FEWEST_BESIDE other columns has rows of a flat of which nothing is known.

    >>> flats = pd.DataFrame([["a", 1, 30], [None] * 3], [2, 3])
    >>> note_on_bare_prices(flats, pd.Series([5, 6], [2, 3]))
    ['rows that hold nothing but a price: 1, such as row 3; is it a sum, or an average?']
    """
    if len(frame.columns) < FEWEST_BESIDE:
        return []
    bare = price.notna().to_numpy(copy=True)
    for name in frame:
        if not bare.any():
            return []
        bare &= frame[name].isna().to_numpy()
    if not bare.any():
        return []
    rows = price.index[bare]
    return [
        f"rows that hold nothing but a price: {len(rows):,}, such as row {rows[0]}; is it a sum, "
        "or an average?"
    ]
