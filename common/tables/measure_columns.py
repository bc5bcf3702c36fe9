"""Columns of numbers with a unit, of coordinates, and of several numbers in one cell (`3/9`)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from common.tables.coordinate_parsing import read_degrees
from common.tables.measure_parsing import read_parts, read_spellings

BUDDHIST = (2443, 2643)
"""The years from 1900 to 2100 as they are counted in Thailand."""
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


def parse_parts(values: pd.Series) -> list[pd.Series] | None:
    """Read cells such as `3/9`, `65/40/9`, `55.75, 37.61` as columns; None where few are such.

    Nearly all cells must hold as many numbers as each other; one that does not is missing in every
    column. What could be a date (5/12/2024, 04/2025) is none.

    >>> [part.tolist() for part in parse_parts(pd.Series(["3/9", "4 из 17"]))]
    [[3.0, 4.0], [9.0, 17.0]]
    >>> [part.tolist() for part in parse_parts(pd.Series(["65/40/9", "38,5/19/8"]))]
    [[65.0, 38.5], [40.0, 19.0], [9.0, 8.0]]
    >>> parse_parts(pd.Series(["ул. 3/9", "Сокол"])) is None
    True
    """
    known = values.dropna()
    if not isinstance(known.dtype, pd.StringDtype) and known.dtype != object:
        return None
    some = known.iloc[:_SOME]  # most columns of text show in these that they are none
    counts = {len(found) for cell in some if (found := read_parts(str(cell)))}
    for count in sorted(counts):
        parts = read_columns(values, count)
        if parts[0].notna().sum() >= 0.95 * len(known):
            return None if are_dates(parts) else parts
    return None


def are_dates(parts: Sequence[pd.Series]) -> bool:
    """Whether columns that were read from one are rather months and years, or dates.

    >>> are_dates([pd.Series([4, 12]), pd.Series([2025, 2024])])
    True
    >>> are_dates([pd.Series([5, 28]), pd.Series([12, 2]), pd.Series([24, 24])])
    True
    >>> are_dates([pd.Series([65, 38.5]), pd.Series([40, 19]), pd.Series([9, 8])])
    False
    """
    if len(parts) == 2:
        return is_month_and_year(*parts) or is_month_and_year(*parts[::-1])
    first, second, third = (part.dropna() for part in parts)
    is_day_and_month = _day_and_month(first, second) | _day_and_month(second, first)
    possible = (is_day_and_month & _year(third)) | (_day_and_month(third, second) & _year(first))
    return bool(possible.mean() > 0.5)  # one slip of a date makes no areas of the others


def _day_and_month(days: pd.Series, months: pd.Series) -> pd.Series:
    whole = (days % 1 == 0) & (months % 1 == 0)
    return whole & days.between(1, 31) & months.between(1, 12)


def _year(numbers: pd.Series) -> pd.Series:
    is_year = numbers.between(0, 99) | numbers.between(1900, 2100)
    return (numbers % 1 == 0) & (is_year | numbers.between(*BUDDHIST))


def is_month_and_year(months: pd.Series, years: pd.Series) -> bool:
    """Whether all of two columns' numbers can be months, and years beside them.

    >>> is_month_and_year(pd.Series([4, 12]), pd.Series([2025, 2024]))
    True
    """
    return bool(
        (months.dropna().between(1, 12).all()) and (years.dropna().between(1900, 2100).all())
    )


def read_columns(values: pd.Series, count: int) -> list[pd.Series]:
    """Read cells that hold `count` numbers each as so many columns; NaN where a cell does not."""
    found = {cell: read_parts(str(cell)) for cell in values.dropna().unique()}
    known = {cell: parts for cell, parts in found.items() if parts and len(parts) == count}
    cells = values.astype(object)
    return [
        cells.map({cell: parts[place] for cell, parts in known.items()}).astype("float64")
        for place in range(count)
    ]


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
