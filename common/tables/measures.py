"""Columns of numbers with a unit, of coordinates, and of two numbers in one cell (`3/9`)."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from common.tables.degrees import read_degrees
from common.tables.spellings import read_pair, read_spellings

_SOME = 100
"""Cells to try before all."""


class Measures(NamedTuple):
    """What the cells of a column measure.

    values: float64, NaN where a cell is missing or no number. unit: the one that most cells with
    a unit have, as it is written; empty where none has. agreeing: their share that have it, or
    one of its kind. converted: the cells that have another of its kind, and became numbers in it.
    """

    values: pd.Series
    unit: str
    agreeing: float
    converted: pd.Series


def parse_measures(values: pd.Series, *, decimal: str | None = None, unit: str = "") -> Measures:
    """Read a column's cells as numbers, with a unit behind them or without.

    The decimal mark is decided as by `parse_numbers`. Cells in another unit of the same kind (sq ft
    beside м², км beside м) become numbers in the unit that most have, or in `unit`. That the units
    agree is for the caller to ask: house numbers such as `12А` and `12Б` look like numbers with a
    unit, too. With `unit`, a cell that has one of another kind is no number; one without any is.

    >>> parse_measures(pd.Series(["30,6 м²", "45", None, "1 250 м2"])).values.tolist()
    [30.6, 45.0, nan, 1250.0]
    >>> parse_measures(pd.Series(["12А", "12Б", "14В"])).agreeing < 0.5
    True
    >>> parse_measures(pd.Series(["500 м", "1,5 км", "600", "5 мин"]), unit="м").values.tolist()
    [500.0, 1500.0, 600.0, nan]
    """
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        return Measures(numbers, "", 1.0, values.iloc[:0])
    counts = {str(cell): int(n) for cell, n in values.dropna().astype(str).value_counts().items()}
    read = read_spellings(counts, decimal=decimal, unit=unit)
    texts = values.astype(object).map(str, na_action="ignore")
    return Measures(
        texts.map(read.values).astype("float64"),
        read.unit,
        read.agreeing,
        values[texts.isin(read.others).to_numpy()],
    )


def parse_degrees(values: pd.Series) -> pd.Series:
    """Return a column of coordinates with signs of degrees as float64, NaN where a cell is none.

    >>> parse_degrees(pd.Series(["55°30'", "Сокол", None])).tolist()
    [55.5, nan, nan]
    """
    known = {cell: read_degrees(str(cell)) for cell in values.dropna().unique()}
    return values.astype(object).map(known).astype("float64")


def parse_pairs(values: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Read cells such as `3/9`, `3 из 9`, `55.75, 37.61` as two columns; None where few are such.

    A cell that is none of these is missing in both. What could be a date (5/12/2024, 04/2025) is
    none.

    >>> [part.tolist() for part in parse_pairs(pd.Series(["3/9", "4 из 17"]))]
    [[3.0, 4.0], [9.0, 17.0]]
    >>> parse_pairs(pd.Series(["ул. 3/9", "Сокол"])) is None
    True
    """
    known = values.dropna()
    if not isinstance(known.dtype, pd.StringDtype) and known.dtype != object:
        return None
    some = known.iloc[:_SOME]  # most columns of text show in these that they are none
    if len(known) == 0 or not some.map(lambda cell: read_pair(str(cell)) is not None).any():
        return None
    first, second = read_pairs(values)
    if is_month_and_year(first, second) or is_month_and_year(second, first):
        return None
    return (first, second) if first.notna().sum() >= 0.95 * len(known) else None


def is_month_and_year(months: pd.Series, years: pd.Series) -> bool:
    """Whether all of two columns' numbers can be months, and years beside them.

    >>> is_month_and_year(pd.Series([4, 12]), pd.Series([2025, 2024]))
    True
    """
    return bool(
        (months.dropna().between(1, 12).all()) and (years.dropna().between(1900, 2100).all())
    )


def read_pairs(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read cells that hold two numbers each as two columns; NaN where a cell does not."""
    found = {cell: read_pair(str(cell)) for cell in values.dropna().unique()}
    first, second = (
        values.astype(object).map({cell: pair[part] for cell, pair in found.items() if pair})
        for part in (0, 1)
    )
    return first.astype("float64"), second.astype("float64")


def range_of(values: pd.Series | np.ndarray) -> str:
    """Say from what to what numbers go, and which is in the middle.

    >>> range_of(np.array([1.0, 2.0, 12_500_000.0]))
    '1 to 12,500,000, median 2'
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return "no value"
    low, middle, high = (f"{number:,.10g}" for number in np.quantile(known, (0, 0.5, 1)))
    return f"{low} to {high}, median {middle}"
