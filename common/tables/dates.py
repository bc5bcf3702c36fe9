"""Dates as people write them: `31.05.2024`, `05-Apr-2025`, `5 января 2025 г.`, `Q1 2025`."""

import re

import numpy as np
import pandas as pd

DAYS_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
MONTHS_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
EITHER = ("%Y/%m/%d", "%Y.%m.%d")

_MONTHS = (
    "jan january янв январь января januar jän",
    "feb february фев февр февраль февраля februar",
    "mar march мар март марта märz mrz",
    "apr april апр апрель апреля",
    "may май мая mai",
    "jun june июн июнь июня juni",
    "jul july июл июль июля juli",
    "aug august авг август августа",
    "sep sept september сен сент сентябрь сентября",
    "oct october окт октябрь октября okt oktober",
    "nov november ноя нояб ноябрь ноября",
    "dec december дек декабрь декабря dez dezember",
)
_MONTH_OF = {word: number for number, names in enumerate(_MONTHS, 1) for word in names.split()}
_QUARTER_OF = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}

_COUNTED = (
    ((15_000, 80_000), "D", "1899-12-30"),
    ((1e8, 5e9), "s", "1970-01-01"),
    ((1e11, 5e12), "ms", "1970-01-01"),
)
"""Dates as counts: from what number to what, of what, and since when."""
_WRITTEN = (((190_001, 210_012), "%Y%m"), ((19_000_101, 21_001_231), "%Y%m%d"))

_GAP, _YEAR = r"[\s,.\-/]*", r"(?P<year>\d{4})(\s?(г|год|года)\.?)?"
_TIME = r"([\s,]+(?P<time>\d{1,2}:\d\d(:\d\d)?))?"
_QUARTER = r"(?P<quarter>[1-4]|i{1,3}|iv)"
_WORDED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<day>\d{{1,2}})(st|nd|rd|th)?{_GAP}(?P<month>[^\W\d_]+){_GAP}{_YEAR}{_TIME}",
        rf"(?P<day>\d{{1,2}})[\s\-/](?P<month>[^\W\d_]+)[\s\-/](?P<year>\d\d){_TIME}",
        rf"(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{{1,2}})(st|nd|rd|th)?,?\s+{_YEAR}{_TIME}",
        rf"(?P<month>[^\W\d_]+){_GAP}{_YEAR}",
        r"(?P<number>0?[1-9]|1[0-2])[./\-](?P<year>(19|20)\d\d)",
        r"(?P<year>(19|20)\d\d)[./](?P<number>0[1-9]|1[0-2])",
        rf"(q|кв\.?|квартал)\s?{_QUARTER}{_GAP}{_YEAR}",
        rf"{_QUARTER}[\s\-]*(q|кв|квартал|квартала){_GAP}{_YEAR}",
        rf"(?P<year>\d{{4}}){_GAP}(q|кв\.?)\s?(?P<quarter>[1-4])",
    )
)


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
    dates = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    for day in (*(MONTHS_FIRST if month_first else DAYS_FIRST), *EITHER):
        for moment in (day, f"{day} %H:%M", f"{day} %H:%M:%S"):
            rest = text[dates.isna() & text.notna()]
            if rest.empty:
                break
            read = pd.to_datetime(rest, format=moment, errors="coerce", utc=True)
            dates = dates.fillna(read)
    rest = text[dates.isna() & text.notna()]
    spelt = {cell: iso for cell in rest.unique() if (iso := _as_iso(cell))}
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
    for (low, high), unit, start in _COUNTED:
        found = cells[cells.between(low, high)]
        moments = pd.to_datetime(found, unit=unit, origin=start).dt.round("s")
        dates[found.index] = moments.astype("datetime64[s]")
    for (low, high), form in _WRITTEN:
        found = cells[cells.between(low, high) & (cells % 1 == 0)]
        spelt = found.astype("int64").astype("str")
        dates[found.index] = pd.to_datetime(spelt, format=form, errors="coerce").astype(
            "datetime64[s]"
        )
    return dates.set_axis(numbers.index)


def _as_iso(cell: str) -> str | None:
    """Spell a date whose month is a word, or a quarter, as ISO 8601; None for what is neither."""
    text = " ".join(cell.casefold().split())
    for pattern in _WORDED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found = {"day": "1", "time": None, **match.groupdict()}
        quarter, number = found.get("quarter"), found.get("number")
        month = 3 * _QUARTER_OF[quarter] - 2 if quarter else _MONTH_OF.get(str(found.get("month")))
        month = int(number) if number else month
        if month is None:  # `2 кв. 2025` looks like a day of a month, too
            continue
        year = int(str(found["year"]))
        if year < 100:  # as C has it
            year += 2000 if year < 69 else 1900
        time = f"T{found['time'].zfill(5)}" if found["time"] else ""
        return f"{year:04}-{month:02}-{int(str(found['day'])):02}{time}"
    return None
