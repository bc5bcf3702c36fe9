"""Dates as people write them: `31.05.2024`, `05-Apr-2025`, `5 января 2025 г.`, `Q1 2025`."""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from common.tables.date_forms import (
    CLOCKS,
    COUNTED,
    DAYS_FIRST,
    EITHER,
    MONTHS_FIRST,
    WRITTEN,
    as_iso,
    doubtful_rows,
    with_plain_clock,
)

_MOST_YEARS, _FEWEST_DAYS = 3, 10
_OF_MONTHS = frozenset(("01", "15", "28", "29", "30", "31"))


class DoubtfulDays(NamedTuple):
    """Cells of a column of dates that mean another day the other way round.

    either_way: those that can be read day first and month first (05/06/2024), in a column where no
    cell tells that the order is the one asked for. turned: those there that tell that it is not.
    """

    either_way: pd.Series
    turned: pd.Series


def doubtful_days(values: pd.Series, *, month_first: bool = False) -> DoubtfulDays:
    """Find dates with slashes or dashes whose day may be the month, and the month the day.

    >>> [cells.tolist() for cells in doubtful_days(pd.Series(["05/06/2024", "07/07/2024"]))]
    [['05/06/2024'], []]
    >>> [cells.tolist() for cells in doubtful_days(pd.Series(["05/06/2024", "05/31/2024"]))]
    [['05/06/2024'], ['05/31/2024']]
    >>> [cells.tolist() for cells in doubtful_days(pd.Series(["05/06/2024", "31/05/2024"]))]
    [[], []]
    """
    none = values.iloc[:0]
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return DoubtfulDays(none, none)
    cells = [cell if isinstance(cell, str) else None for cell in values.astype("str").tolist()]
    either_way, turned = doubtful_rows(cells, month_first=month_first)
    return DoubtfulDays(values.iloc[either_way], values.iloc[turned])


def looks_year_first(values: pd.Series) -> bool:
    """Whether dates of six digits that are read day first have their year there, it seems.

    Their days hardly differ then, and their years do. The first, the middle and the last days of
    months are days, for figures of every month have one of them alone; unless the years would lie
    in the future, and would not with the year first.

    >>> looks_year_first(pd.Series([f"24.05.{day:02}" for day in range(1, 20)]))
    True
    >>> looks_year_first(pd.Series([f"{day:02}.05.24" for day in range(1, 20)]))
    False
    """
    parts = values.astype("str").str.extract(r"^\s*(\d\d)[./](?:\d\d)[./](\d\d)\s*$").dropna()
    if len(parts) < len(values.dropna()) or not len(parts):
        return False
    first, last = set(parts[0]), set(parts[1])
    to_come = max(first) <= f"{date.today():%y}" < max(last)
    are_years = len(first) <= _MOST_YEARS and (to_come or not first <= _OF_MONTHS)
    return are_years and len(last) >= _FEWEST_DAYS and "01" <= min(last) <= max(last) <= "31"


def parse_dates(values: pd.Series, *, month_first: bool = False) -> pd.Series:
    """Return dates, with a time or without, as moments; NaT where a cell is no date.

    Read are 2024-05-31, 2024/05/31, 31.05.2024, 31/05/2024, 31.05.24, 05-Apr-2025, April 5, 2025,
    5 января 2025 г.; a month (2025-04, 04/2025, Apr 2025, апрель 2025) and a quarter (Q2 2025,
    2025-Q2, II кв. 2025) are the first of their days. Each cell is read by itself, so it means the
    same in any table. month_first: 05/31/2024, as Americans write it.

    >>> parse_dates(pd.Series(["31.05.2024 12:30", "31"])).tolist()
    [Timestamp('2024-05-31 12:30:00'), NaT]
    >>> parse_dates(pd.Series(["05-Apr-2025", "5 января 2025 г.", "Q2 2025"])).dt.date.map(
    ...     str
    ... ).tolist()
    ['2025-04-05', '2025-01-05', '2025-04-01']
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        once = parse_dates(pd.Series(values.cat.categories), month_first=month_first)
        moments = np.append(once.to_numpy("datetime64[us]"), np.datetime64("NaT", "us"))
        return pd.Series(moments[values.cat.codes], values.index)  # the code of a missing cell: -1
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.tz_localize(None) if values.dt.tz is not None else values
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]")
    text = values.astype("str").str.strip().reset_index(drop=True)  # two rows may have one label
    text = text.where(text.str.contains(r"\d"))  # pandas takes `today` for the day it is run on
    clocked = text.str.contains(r"\d\s?[ap]\.?m|\d\s[a-zмск]{3,4}(?:\s?[+\-(].*)?$", case=False)
    if clocked.any():
        plain = {cell: with_plain_clock(cell) for cell in text[clocked.fillna(False)].unique()}
        text = text.map(lambda cell: plain.get(cell, cell), na_action="ignore")
    dates = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    for day in (*(MONTHS_FIRST if month_first else DAYS_FIRST), *EITHER):
        for clock in CLOCKS:
            rest = text[dates.isna() & text.notna()]
            if rest.empty:
                break
            read = pd.to_datetime(rest, format=day + clock, errors="coerce", utc=True)
            dates = dates.fillna(read)
    rest = text[dates.isna() & text.notna()]
    spelt = {cell: iso for cell in rest.unique() if (iso := as_iso(cell))}
    if spelt:
        read = pd.to_datetime(rest.map(spelt), format="ISO8601", errors="coerce", utc=True)
        dates = dates.fillna(read)
    return dates.dt.tz_localize(None).set_axis(values.index)


def number_dates(numbers: pd.Series) -> pd.Series:
    """Return the moments that numbers stand for, each by its size; NaT where it is no date.

    45751 is a day as Excel counts them (the days since 1899-12-30, a time as their fraction),
    20250404 the day 2025-04-04, 202504 its month, 1743724800 a second since 1970, and a thousand
    times as much a millisecond.

    >>> number_dates(pd.Series([45751.5, 20250404, 202504, 1743724800])).astype(str).tolist()
    ['2025-04-04 12:00:00', '2025-04-04 00:00:00', '2025-04-01 00:00:00', '2025-04-04 00:00:00']
    """
    cells = pd.to_numeric(numbers, errors="coerce").astype("float64").reset_index(drop=True)
    dates = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    for (low, high), unit, start in COUNTED:
        found = cells[cells.between(low, high)]
        moments = pd.to_datetime(found, unit=unit, origin=start).dt.round("s")
        dates[found.index] = moments.astype("datetime64[s]")
    for (low, high), form in WRITTEN:
        found = cells[cells.between(low, high) & (cells % 1 == 0)]
        spelt = found.astype("int64").astype("str")
        dates[found.index] = pd.to_datetime(spelt, format=form, errors="coerce").astype(
            "datetime64[s]"
        )
    return dates.set_axis(numbers.index)
