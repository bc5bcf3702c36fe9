"""Numbers with a unit (`30,6 м²`, `5 мин`, `45 %`), and two numbers in one cell (`3/9`)."""

import re
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from common.tables.numbers import Numeral, decide_decimal, read_numeral

_MEASURE = re.compile(
    r"\s*(?P<number>[+\-−]?\d[\d\s\u00a0\u202f.,'’]*?)\s*[-–]?\s?"
    r"(?P<unit>[^\W\d_][^\d]{0,14}?[23²³]?|%|°\s?[CF]?|[²³])\s*",
)
_PAIR = re.compile(r"\s*(\d{1,9})\s*(?:/|\\|из|of|von)\s*(\d{1,9})\s*", re.IGNORECASE)
_SOME = 100
"""Cells to try before all."""
_ALIKE = 3
"""So many letters tell units apart: комната, комнаты, комнат are one."""

_SAME = {
    **dict.fromkeys(("m²", "sqm", "квм", "qm", "mq"), "м²"),
    **dict.fromkeys(("sqf", "sf", "квф"), "ft²"),
    **{"m": "м", "km": "км", "cm": "см", "min": "мин", "год": "г", "лет": "г"},
    **{"час": "ч", "эт": "эта", "к": "ком", "кк": "ком"},
}
"""Units that are one, by their first letters; Latin ones that look like Russian among them."""


class Measures(NamedTuple):
    """What the cells of a column measure.

    values: float64, NaN where a cell is missing or no number. unit: the one that most cells with
    a unit have, as it is written; empty where none has. agreeing: their share that have it.
    """

    values: pd.Series
    unit: str
    agreeing: float


def parse_measures(values: pd.Series, *, decimal: str | None = None, unit: str = "") -> Measures:
    """Read a column's cells as numbers, with a unit behind them or without.

    The decimal mark is decided as by `parse_numbers`. That the units agree is for the caller to
    ask: house numbers such as `12А` and `12Б` look like numbers with a unit, too. With `unit`,
    a cell that has another one is no number; one without any is.

    >>> parse_measures(pd.Series(["30,6 м²", "45", None, "1 250 м2"])).values.tolist()
    [30.6, 45.0, nan, 1250.0]
    >>> parse_measures(pd.Series(["12А", "12Б", "14В"])).agreeing < 0.5
    True
    >>> parse_measures(pd.Series(["600 sq ft", "30 кв. м", "45"]), unit="м²").values.tolist()
    [nan, 30.0, 45.0]
    """
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        return Measures(numbers, "", 1.0)
    counts = values.dropna().astype(str).value_counts()
    numerals: dict[str, Numeral] = {}
    units: Counter[str] = Counter()
    spelt: dict[str, Counter[str]] = {}
    for cell, count in counts.items():
        numeral = read_numeral(cell)
        match = _MEASURE.fullmatch(str(cell)) if numeral is None else None
        if match and (numeral := read_numeral(match["number"])):
            key = _key(match["unit"])
            units[key] += int(count)
            spelt.setdefault(key, Counter())[match["unit"].strip()] += int(count)
            if unit and key != _key(unit):
                continue
        if numeral is not None:
            numerals[str(cell)] = numeral
    mark = decide_decimal(numerals.values()) or decimal or "."
    known = {cell: numeral.value(mark) for cell, numeral in numerals.items()}
    texts = values.astype(object).map(str, na_action="ignore")
    read = texts.map(known).astype("float64")
    if not units:
        return Measures(read, "", 1.0)
    usual, count = units.most_common(1)[0]
    return Measures(read, spelt[usual].most_common(1)[0][0], count / units.total())


def parse_pairs(values: pd.Series) -> tuple[pd.Series, pd.Series] | None:
    """Read cells such as `3/9` or `3 из 9` as two columns; None where hardly any is one.

    A cell that is none of these is missing in both. What could be a date (5/12/2024) is none.

    >>> [part.tolist() for part in parse_pairs(pd.Series(["3/9", "4 из 17"]))]
    [[3.0, 4.0], [9.0, 17.0]]
    >>> parse_pairs(pd.Series(["ул. 3/9", "Сокол"])) is None
    True
    """
    known = values.dropna()
    if not isinstance(known.dtype, pd.StringDtype) and known.dtype != object:
        return None
    some = known.iloc[:_SOME]  # most columns of text show in these that they are none
    if len(known) == 0 or not some.map(lambda cell: bool(_PAIR.fullmatch(str(cell)))).any():
        return None
    first, second = read_pairs(values)
    return (first, second) if first.notna().sum() >= 0.95 * len(known) else None


def read_pairs(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read cells that hold two numbers each as two columns; NaN where a cell does not."""
    found = {cell: _PAIR.fullmatch(str(cell)) for cell in values.dropna().unique()}
    first, second = (
        values.astype(object).map(
            {cell: float(match[part]) for cell, match in found.items() if match}
        )
        for part in (1, 2)
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


def _key(unit: str) -> str:
    """Spell a unit so that м², м2, кв. м and sq. m are one, and комната, комнат are."""
    letters = re.sub(r"[\s.\-–]", "", unit.casefold()).replace("2", "²").replace("3", "³")
    short = letters.replace("square", "sq")[:_ALIKE]
    return _SAME.get(short, short)
