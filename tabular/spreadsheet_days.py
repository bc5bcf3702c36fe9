"""Days that a spreadsheet has made of numbers, such as the floor 3/9, and days of six digits."""

import re

import pandas as pd

from common.tables.date_forms import names_month
from common.tables.dates import number_dates
from tabular.column_summary import NEARLY_ALL, shown

_DAY = re.compile(
    r"^(?:\d{1,2}[.\-\s](?P<month>[^\W\d_]+)\.?|(?P<first>[^\W\d_]+)[.\-\s]\d\d"
    r"|(?P<year>20\d\d)-\d\d-\d\d(?:[T ]00:00(?::00)?)?"
    r"|\d{1,2}(?P<mark>[./])\d{1,2}(?P=mark)(?P<last>20\d\d)(?: 0?0:00(?::00)?)?)$"
)
_SMALL_NUMBER = re.compile(r"\d{1,2}(?:[.,/\-]\d{1,2})?")
_COUNTED_NAME = re.compile(
    r"(?:^|[\W_\d])(?:floors?|stor(?:e?ys?|ies)|levels?|этаж\w*|(?:bed|bath)?rooms?|beds?|baths?"
    r"|комнат\w*|санузл\w*|площад\w*|area)(?:$|[\W_\d])",
    re.IGNORECASE,
)
"""What is counted or measured, and is no day whatever its cells look like."""
LEAST_DAYS = 0.02
MOST_YEARS, LEAST_NUMBERS = 2, 3
"""A spreadsheet takes the year in which a file is opened; and a lone `0` beside days says none."""
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
    if not _COUNTED_NAME.search(name):
        return ""
    if pd.api.types.is_datetime64_any_dtype(cells):
        days, years = cells.notna(), cells.dt.year.nunique()
    elif pd.api.types.is_numeric_dtype(cells):
        days = cells.between(*_SERIALS) & (cells % 1 == 0)
        years = number_dates(cells[days]).dt.year.nunique() if days.all() else 0
    else:
        days, years = _days_in(cells.str.strip())
    if days.mean() < NEARLY_ALL or years > MOST_YEARS:
        return ""
    return (
        f"days such as {shown(cells[days].iloc[0])} in a column of counts: has a "
        "spreadsheet made days of numbers?"
    )


def days_in_six_digits(cells: pd.Series) -> str:
    """Say that cells are days, such as 230106 or 060123, whose order nothing tells; else nothing.

    >>> days_in_six_digits(pd.Series(["230131", "230228"]))
    "days in six digits, '230131': write them as 2024-05-31"
    """
    if not cells.str.fullmatch(r"\d{6}").all() or cells.nunique() < LEAST_NUMBERS - 1:
        return ""
    for form in ("%y%m%d", "%d%m%y"):
        if pd.to_datetime(cells, format=form, errors="coerce").notna().mean() >= NEARLY_ALL:
            return f"days in six digits, {shown(cells.iloc[0])}: write them as 2024-05-31"
    return ""
