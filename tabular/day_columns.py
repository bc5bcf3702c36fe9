"""What is said of days in a column: how far they go, whether a spreadsheet made them of numbers."""

import re

import numpy as np
import pandas as pd

from common.tables.date_forms import as_iso, names_month
from common.tables.dates import number_dates
from common.tables.measure_columns import BUDDHIST
from tabular.column_summary import NEARLY_ALL, shown

_DAY = re.compile(
    r"^(?:\d{1,2}[.\-\s](?P<month>[^\W\d_]+)\.?|(?P<first>[^\W\d_]+)[.\-\s]\d\d"
    r"|(?P<year>20\d\d)-\d\d-\d\d(?:[T ]00:00(?::00)?)?"
    r"|\d{1,2}(?P<mark>[./])\d{1,2}(?P=mark)(?P<last>20\d\d)(?: 0?0:00(?::00)?)?)$"
)
_WITHOUT_YEAR = re.compile(
    r"^(?:(?P<day>\d{1,2})\.?\s(?P<month>[^\W\d_]{3,})\.?"
    r"|(?P<first>[^\W\d_]{3,})\.?\s(?P<last>\d{1,2}))(?P<clock>,?\s\d{1,2}:\d\d)?$"
)
FEWEST_DAYS = 5
"""Different numbers beside names of months, from which on they are days, and no years."""
_SMALL_NUMBER = re.compile(r"\d{1,2}(?:[.,/\-]\d{1,2})?")
_COUNTED_NAME = re.compile(
    r"(?:^|[\W_\d])(?:floors?|stor(?:e?ys?|ies)|levels?|этаж\w*|(?:bed|bath)?rooms?|beds?|baths?"
    r"|комнат\w*|санузл\w*|площад\w*|area|heights?|ceilings?|высот\w*|потол\w*|кухн\w*|kitchen"
    r"|distance|расстояни\w*|ratio|rating|рейтинг)"
    r"(?:[\W_\d]*(?:k?m|sqm|sq\W?m|sq\W?ft|ft|feet|к?м|кв\W*м|метр\w*))?[\W_\d²]*$",
    re.IGNORECASE,
)
"""What is counted or measured, by the last word of a name, before a unit."""
_DONE_NAME = re.compile(
    "renov|refurb|remodel|repair|replac|built|install|inspect|ремонт|постро|обновл|замен|осмотр",
    re.IGNORECASE,
)
"""What is done on a day, to a kitchen as well."""
IN_ORDER, MOST_WHOLE = 0.95, 4
"""Floors are never above those of their house; and the whole metres of ceilings are few."""
LEAST_DAYS = 0.02
MOST_YEARS, LEAST_NUMBERS = 2, 3
"""A spreadsheet takes the year in which a file is opened; and a lone `0` beside days says none."""
_IN_DIGITS = ((6, "six", ("%y%m%d", "%d%m%y")), (8, "eight", ("%d%m%Y", "%m%d%Y")))
A_FAR_DATE = pd.Timedelta(days=20 * 365)
_OTHER_CALENDARS = (1300, 1500)
"""This century, and the last, as years are counted in Iran and in Arabia."""
_SERIALS = (36_526, 55_000)
"""Days of this century as Excel counts them: no house has so many floors."""


def days_among_numbers(cells: pd.Series) -> str:
    """Say that some cells are days and nearly all others small numbers; nothing of another column.

    A spreadsheet makes `04.дек` of the floor 4/12 and `02.май` of 2.5, and leaves 5/17 and 2.75.

    >>> days_among_numbers(pd.Series(["4-Dec", "5/17", "3-Sep", "2/25"]))
    "days such as '4-Dec' beside numbers such as '5/17': has a spreadsheet made days of numbers?"
    """
    texts = cells.str.strip()
    numbers, (days, years) = texts.str.fullmatch(_SMALL_NUMBER), _days_in(texts)
    different = texts[numbers].drop_duplicates()
    if years > MOST_YEARS or (len(different) < LEAST_NUMBERS and different.str.isdigit().all()):
        return ""
    if not numbers.any() or days.mean() < LEAST_DAYS or (days | numbers).mean() < NEARLY_ALL:
        return ""
    day, number = shown(cells[days].iloc[0]), shown(cells[numbers].iloc[0])
    return (
        f"days such as {day} beside numbers such as {number}: has a spreadsheet made days of "
        "numbers?"
    )


def _days_in(texts: pd.Series) -> tuple[pd.Series, int]:
    """Return which texts are days, and in how many different years those that name one are."""
    found = texts.str.extract(_DAY)
    words = found["month"].fillna(found["first"]).fillna("")
    years = found["year"].fillna(found["last"])
    return years.notna() | words.map(names_month).astype(bool), years.nunique()


def days_of_counts(name: str, cells: pd.Series) -> str:
    """Say that a column of floors, rooms or areas, by its name, holds nothing but days.

    >>> days_of_counts("floor", pd.Series(["2025-03-09", "2025-05-12"]))
    "days such as '2025-03-09' in a column of counts: has a spreadsheet made days of numbers?"
    >>> days_of_counts("sold", pd.Series(["2025-03-09", "2025-05-12"]))
    ''
    """
    if not _COUNTED_NAME.search(name) or _DONE_NAME.search(name):
        return ""
    if pd.api.types.is_datetime64_any_dtype(cells):
        days, years = cells.notna(), cells.dt.year.nunique()
    elif pd.api.types.is_numeric_dtype(cells):
        days = cells.between(*_SERIALS) & (cells % 1 == 0)
        years = number_dates(cells[days]).dt.year.nunique()
    else:
        days, years = _days_in(cells.str.strip())
    if days.mean() < NEARLY_ALL or years > MOST_YEARS or not _like_counts(cells[days]):
        return ""
    return (
        f"days such as {shown(cells[days].iloc[0])} in a column of counts: has a "
        "spreadsheet made days of numbers?"
    )


def _like_counts(cells: pd.Series) -> bool:
    """Whether the months and the numbers of days are like 4/12 or 2.5, and not those of any days.

    >>> _like_counts(pd.Series(["4-Dec", "9-Oct"]))  # 4/12 and 9/10
    True
    >>> _like_counts(pd.Series(["4-Dec", "9-Oct", "28-Jan", "7-Mar", "5-May", "12-Jul"]))
    False
    """
    if pd.api.types.is_numeric_dtype(cells):
        cells = number_dates(cells)
    if pd.api.types.is_datetime64_any_dtype(cells):
        cells = cells.dt.strftime("%Y-%m-%d")
    days, months = np.array([_day_and_month(text) for text in cells.str.strip().unique()]).T
    in_order = max((days <= months).mean(), (days >= months).mean())
    different = len(np.unique(days))
    return bool(different > 1 and (in_order >= IN_ORDER or different <= MOST_WHOLE))


def _day_and_month(text: str) -> tuple[int, int]:
    """Take apart what `_DAY` matches; of 03.09.2025 the day is taken to come first."""
    first, *others = map(int, re.findall(r"(?<!\d)\d\d?(?!\d)", text))
    for word in re.findall(r"[^\W\d_]+", text):
        if whole := as_iso(f"1 {word} 2025"):
            return first, int(whole[5:7])
    return (others[0], first) if text[:4].isdigit() else (first, others[0])


def days_in_digits(cells: pd.Series) -> str:
    """Say that cells are days, such as 230106 or 01062023, whose order nothing tells; else nothing.

    >>> days_in_digits(pd.Series(["230131", "230228"]))
    "days in six digits, '230131': write them as 2024-05-31"
    >>> days_in_digits(pd.Series(["31012023", "28022023"]))
    "days in eight digits, '31012023': write them as 2024-05-31"
    """
    for length, number, forms in _IN_DIGITS:
        if not cells.str.fullmatch(rf"\d{{{length}}}").all() or cells.nunique() < LEAST_NUMBERS - 1:
            continue
        for form in forms:
            days = pd.to_datetime(cells, format=form, errors="coerce")
            if days.dt.year.between(1900, 2100).mean() >= NEARLY_ALL:
                first = shown(cells.iloc[0])
                return f"days in {number} digits, {first}: write them as 2024-05-31"
    return ""


def days_without_year(cells: pd.Series) -> str:
    """Say that cells are days of months and name no year, `5 мая`; nothing of others.

    >>> days_without_year(pd.Series(["5 мая", "12 июня", "May 7", "30 May", "21 апреля 10:15"]))
    "days and months without a year, '5 мая': give whole dates"
    >>> days_without_year(pd.Series(["май 20", "май 21", "май 22", "май 23", "май 24", "май 25"]))
    ''
    """
    found = cells.str.extract(_WITHOUT_YEAR)
    words = found["month"].fillna(found["first"]).fillna("")
    numbers = found["day"].fillna(found["last"])
    known = words.map(names_month) & numbers.astype(float).between(1, 31)
    if known.mean() < NEARLY_ALL:
        return ""
    # Years have two digits, `Dec 99`, and a clock stands behind days alone.
    are_days = numbers.nunique() >= FEWEST_DAYS and (numbers.str.len() == 1).any()
    if not are_days and found["clock"].notna().mean() < NEARLY_ALL:
        return ""
    return f"days and months without a year, {shown(cells.iloc[0])}: give whole dates"


def span_of(dates: pd.Series) -> str:
    """Say from when to when dates go, and what a person would ask about them.

    That is a day far from all that stands in several rows, and years of another calendar.

    >>> span_of(pd.to_datetime(pd.Series(["2568-01-05", "2568-03-01"])))
    '2568-01-05 to 2568-03-01; is 2568 a year of the Buddhist calendar? write 2025'
    """
    said = f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"
    years = dates.dt.year
    thai, others = years[years.between(*BUDDHIST)], years[years.between(*_OTHER_CALENDARS)]
    if len(thai) > len(years) / 2:
        year = int(thai.iloc[0])
        return f"{said}; is {year} a year of the Buddhist calendar? write {year - 543}"
    if len(others) > len(years) / 2:
        return f"{said}; is {int(others.iloc[0])} a year of another calendar? write those of ours"
    for mark in (dates.min(), dates.max()):
        rows, others = int((dates == mark).sum()), dates[dates != mark]
        if rows < 2 or not len(others):
            continue
        away = min(abs(others.min() - mark), abs(others.max() - mark))
        if away > max(5 * (others.max() - others.min()), A_FAR_DATE):
            return (
                f"{said}; {mark:%Y-%m-%d} in {rows:,} rows, far from all others: blank them if it "
                "means none"
            )
    return said
