"""Numbers with a unit (`30,6 м²`, `5 мин`, `45 %`), and two numbers in one cell (`3/9`)."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from common.tables.degrees import read_place
from common.tables.numbers import Numeral, decide_decimal, read_numeral
from common.tables.units import factor_between, unit_key

_MEASURE = re.compile(
    r"\s*(?P<number>[+\-−]?\d[\d\s\u00a0\u202f.,'’]*?)\s*[-–]?\s?"
    r"(?P<unit>[^\W\d_][^\d]{0,14}?[23²³]?|%|°\s?[CF]?|[²³])\s*",
)
_FLOOR = r"(?:-?(?:й|ый|ий|ой|st|nd|rd|th))?\s*(?:этаж\w*|эт\.?|floors?|fl\.?)?"
_PAIR = re.compile(
    rf"\s*(\d{{1,9}}){_FLOOR}\s*(?:/|\\|из|of|von)\s*(\d{{1,9}}){_FLOOR}\s*", re.IGNORECASE
)
"""`3/9`, `3 из 9`, `3 этаж из 9`."""
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
    numerals: dict[str, Numeral] = {}
    unit_of: dict[str, str] = {}
    counts = {str(cell): int(n) for cell, n in values.dropna().astype(str).value_counts().items()}
    for cell in counts:
        numeral = read_numeral(cell)
        match = _MEASURE.fullmatch(cell) if numeral is None else None
        if match and (numeral := read_numeral(match["number"])):
            unit_of[cell] = match["unit"].strip()
        if numeral is not None:
            numerals[cell] = numeral
    mark = decide_decimal(numerals.values()) or decimal or "."
    known = {cell: numeral.value(mark) for cell, numeral in numerals.items()}
    usual = _usual({cell: (own, counts[cell]) for cell, own in unit_of.items()})
    factors = {cell: factor_between(own, unit or usual) for cell, own in unit_of.items()}
    for cell, factor in factors.items():
        if factor is not None:
            known[cell] = float(f"{known[cell] * factor:.12g}") if factor != 1.0 else known[cell]
        elif unit:
            del known[cell]
    texts = values.astype(object).map(str, na_action="ignore")
    total = sum(counts[cell] for cell in unit_of)
    agreeing = sum(counts[cell] for cell, factor in factors.items() if factor is not None)
    others = [cell for cell, factor in factors.items() if factor not in (None, 1.0)]
    return Measures(
        texts.map(known).astype("float64"),
        usual,
        agreeing / total if total else 1.0,
        values[texts.isin(others).to_numpy()],
    )


def _usual(units: Mapping[str, tuple[str, int]]) -> str:
    """Return the unit that most cells have, as most of them write it; empty without any."""
    spelt: dict[str, Counter[str]] = {}
    for unit, count in units.values():
        spelt.setdefault(unit_key(unit), Counter())[unit] += count
    if not spelt:
        return ""
    most = max(spelt.values(), key=Counter.total)
    return most.most_common(1)[0][0]


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
    if len(known) == 0 or not some.map(lambda cell: _read_pair(str(cell)) is not None).any():
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


def _read_pair(cell: str) -> tuple[float, float] | None:
    match = _PAIR.fullmatch(cell)
    return (float(match[1]), float(match[2])) if match else read_place(cell)


def read_pairs(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read cells that hold two numbers each as two columns; NaN where a cell does not."""
    found = {cell: _read_pair(str(cell)) for cell in values.dropna().unique()}
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
