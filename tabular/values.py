"""The cells of a column as the network's numbers, or as tidy text."""

import re

import numpy as np
import pandas as pd

from common.tables import parse_dates
from common.tables.dates import number_dates
from common.tables.measure_columns import parse_degrees, parse_measures

DATES = ("date", "date_month_first")
DEGREES = {"latitude": 90.0, "longitude": 180.0}
"""Coordinates beyond these are mistakes: no place on Earth has them."""
LARGEST_NUMBER = 1e30
"""Numbers beyond this are mistakes; float32, which networks compute in, ends at 3e38."""

_SERIAL = re.compile(r"\d{5}([.,]\d+)?")
"""A day as Excel counts them, among cells of text."""

TRUE = frozenset(("1", "true", "yes", "y", "да", "есть", "+", "истина"))
FALSE = frozenset(("0", "false", "no", "n", "нет", "-", "ложь"))


def as_numbers(values: pd.Series, kind: str) -> np.ndarray:
    """Return a column of any numeric kind as float64, NaN where there is no value.

    Numbers as they are, dates as days since 1970, yes as 1 and no as 0.
    """
    if kind in DATES:
        dates = dates_of(values, kind)
        moments = dates.to_numpy(dtype="datetime64[s]")
        days = moments.astype("int64") / 86_400
        return np.where(np.isnat(moments), np.nan, days)
    if kind == "boolean":
        return _as_booleans(values)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":  # nothing to be read
        numbers = values.to_numpy(dtype=np.float64, copy=True)
    else:
        numbers = parse_measures(values).values.to_numpy(dtype=np.float64, copy=True)
    if kind in DEGREES and not pd.api.types.is_numeric_dtype(values):
        signed = parse_degrees(values).to_numpy()
        numbers = np.where(np.isnan(signed), numbers, signed)
    numbers[np.abs(numbers) > DEGREES.get(kind, LARGEST_NUMBER)] = np.nan
    return numbers


def dates_of(values: pd.Series, kind: str) -> pd.Series:
    """Return a column of a kind of `DATES` as moments, NaT where there is none.

    A number is what `number_dates` makes of it: a workbook that has lost its formats holds 45751.

    >>> dates_of(pd.Series(["04.04.2025", "45751", "soon"]), "date").dt.day.tolist()
    [4.0, 4.0, nan]
    """
    is_bool = pd.api.types.is_bool_dtype(values)
    if pd.api.types.is_numeric_dtype(values) and not is_bool:
        return number_dates(values)
    dates = parse_dates(values, month_first=kind == "date_month_first")
    if pd.api.types.is_datetime64_any_dtype(values):
        return dates
    unread = np.flatnonzero(dates.isna().to_numpy() & values.notna().to_numpy())
    texts = values.iloc[unread].astype(object).map(lambda cell: str(cell).strip().replace(",", "."))
    places = unread[texts.str.fullmatch(_SERIAL).to_numpy(dtype=bool)]
    if len(places):
        read = number_dates(values.iloc[places].astype(str).str.replace(",", "."))
        moments = dates.to_numpy("datetime64[s]").copy()
        moments[places] = read.to_numpy("datetime64[s]")
        dates = pd.Series(moments, values.index)
    return dates


def as_categories(values: pd.Series) -> pd.Series:
    """Return a column as tidy text: spaces and the case of letters make no new category.

    A missing cell is the empty text.
    """
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype) and isinstance(kind.categories.dtype, pd.StringDtype):
        each = as_categories(kind.categories.to_series())  # each text once
        found = np.append(each.to_numpy(), "")[values.cat.codes]
        return pd.Series(found, values.index, dtype=object, name=values.name)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        # A column that had no missing cell in one file is 3, and in another 3.0.
        values = values.astype(object).map(_plainly, na_action="ignore")
    cells, missing = values.tolist(), values.isna().to_numpy()
    present = [cell for cell, gone in zip(cells, missing, strict=True) if not gone]
    distinct = {cell: tidy(str(cell)) for cell in dict.fromkeys(present)}
    found = ["" if gone else distinct[cell] for cell, gone in zip(cells, missing, strict=True)]
    return pd.Series(found, values.index, dtype=object, name=values.name)


def tidy(cell: str) -> str:
    """Return a category without what makes no new one of it.

    >>> tidy(" Brick  House")
    'brick house'
    """
    return " ".join(cell.split()).casefold()


def _plainly(number: float) -> str:
    return str(int(number)) if number % 1 == 0 else repr(float(number))


def _as_booleans(values: pd.Series) -> np.ndarray:
    if pd.api.types.is_float_dtype(values):
        numbers = values.to_numpy(dtype=np.float64)
        return np.where((numbers == 0) | (numbers == 1), numbers, np.nan)
    cells = as_categories(values)
    return np.select([cells.isin(TRUE), cells.isin(FALSE)], [1.0, 0.0], np.nan)
