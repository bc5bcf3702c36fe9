"""The cells of a column as the network's numbers, read as the training read them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from common.tables.coordinate_parsing import read_degrees
from common.tables.date_forms import (
    CLOCKS,
    COUNTED,
    DAYS_FIRST,
    EITHER,
    MONTHS_FIRST,
    WRITTEN,
    as_iso,
    with_plain_clock,
)
from common.tables.measure_parsing import read_parts, read_spellings

Cells = Sequence[str | None]
"""A column: None where there is nothing."""

LARGEST = {"latitude": 90.0, "longitude": 180.0}
LARGEST_NUMBER = 1e30
TRUE = frozenset(("1", "true", "yes", "y", "да", "есть", "+", "истина"))
FALSE = frozenset(("0", "false", "no", "n", "нет", "-", "ложь"))
_EPOCH = datetime(1970, 1, 1)


def mark_of(name: str, decimal: str | Mapping[str, str] | None) -> str | None:
    """Return a column's decimal mark where one is given for all, or one by column.

    >>> mark_of("area", {"area": ","}), mark_of("rooms", {"area": ","}), mark_of("rooms", ".")
    (',', None, '.')
    """
    return decimal if decimal is None or isinstance(decimal, str) else decimal.get(name)


def numbers_of(
    cells: Cells, kind: str, *, unit: str = "", decimal: str | None = None
) -> np.ndarray:
    """Return a column of any numeric kind as (n,) float64, NaN where there is no value.

    Args:
        kind: number, date, date_month_first, boolean, latitude or longitude.
        unit: what the training's cells were measured in; others of its kind are converted.
        decimal: the mark where the column's own cells do not tell.
    """
    if kind.startswith("date"):
        month_first = kind == "date_month_first"
        return _mapped(cells, lambda cell: read_days(cell, month_first=month_first))
    if kind == "boolean":
        return _mapped(cells, _read_boolean)
    counts = Counter(cell for cell in cells if cell is not None)
    known = read_spellings(counts, unit=unit, decimal=decimal).values
    if kind in LARGEST:
        signed = {cell: read_degrees(cell) for cell in counts}
        known |= {cell: degrees for cell, degrees in signed.items() if degrees is not None}
    most = LARGEST.get(kind, LARGEST_NUMBER)
    return _mapped(cells, lambda cell: _within(known.get(cell), most))


def taken_apart(cells: Cells, count: int) -> list[list[str | None]]:
    """Take a column of cells such as `3/9` apart into `count` columns of numbers.

    >>> taken_apart(["3/9", None, "4 из 17"], 2)
    [['3.0', None, '4.0'], ['9.0', None, '17.0']]
    """
    read = [None if cell is None else read_parts(cell) for cell in cells]
    known = [parts if parts and len(parts) == count else None for parts in read]
    return [
        [None if parts is None else repr(parts[place]) for parts in known] for place in range(count)
    ]


def tidy_categories(cells: Cells) -> list[str]:
    """Return a column of categories: spaces and the case of letters make no new one.

    Where all cells are numbers, 3 and 3.0 are one.

    >>> tidy_categories([" Brick", "brick", None]), tidy_categories(["3.0", "4"])
    (['brick', 'brick', ''], ['3', '4'])
    """
    there = [cell for cell in cells if cell is not None]
    numbers = {cell: _plain_number(cell) for cell in set(there)}
    if there and None not in numbers.values():
        return ["" if cell is None else str(numbers[cell]) for cell in cells]
    return ["" if cell is None else " ".join(cell.split()).casefold() for cell in cells]


def read_days(cell: str, *, month_first: bool = False) -> float | None:
    """Return a date as days since 1970, None where the cell is none.

    >>> read_days("02.01.1970"), read_days("1970-01-02 12:00"), read_days("soon")
    (1.0, 1.5, None)
    """
    cell = with_plain_clock(cell)
    moment = _read_iso(cell)
    if moment is None:
        forms = (*(MONTHS_FIRST if month_first else DAYS_FIRST), *EITHER)
        every = (day + clock for day in forms for clock in CLOCKS)
        moments = (_read_form(cell, form) for form in every)
        moment = next((found for found in moments if found is not None), None)
    if moment is None and (spelt := as_iso(cell)):
        moment = _read_iso(spelt)
    if moment is None:
        return _read_count(cell)
    return (moment - _EPOCH) // timedelta(seconds=1) / 86_400


def _read_iso(cell: str) -> datetime | None:
    """ISO 8601, of which a year and a month, or a year, are a date too."""
    parts = cell.split("-")
    if all(part.isdecimal() for part in parts) and [len(part) for part in parts] in ([4], [4, 2]):
        cell = "-".join([*parts, "01", "01"][:3])
    elif cell.isdecimal() and len(cell) != 8:
        return None
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _read_form(cell: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(cell, form)
    except ValueError:
        return None


def _read_count(cell: str) -> float | None:
    """A date as a number: as Excel counts days, or the digits of a day or of a month."""
    try:
        number = float(cell.replace(",", "."))
    except ValueError:
        return None
    steps = {"D": 86_400.0, "s": 1.0, "ms": 1e-3}
    for (low, high), unit, start in COUNTED:
        if low <= number <= high:
            began = (datetime.fromisoformat(start) - _EPOCH).total_seconds()
            return round(began + number * steps[unit]) / 86_400
    for (low, high), form in WRITTEN:
        if low <= number <= high and number % 1 == 0:
            moment = _read_form(str(int(number)), form)
            return None if moment is None else (moment - _EPOCH).days
    return None


def _read_boolean(cell: str) -> float | None:
    tidy = " ".join(cell.split()).casefold()
    if tidy in TRUE or _plain_number(tidy) == "1":
        return 1.0
    return 0.0 if tidy in FALSE or _plain_number(tidy) == "0" else None


def _plain_number(cell: str) -> str | None:
    """A number as a category is called: 3, 3.0 and 3.00 are 3; None for `007` and for words."""
    if len(cell) > 1 and cell[0] == "0" and cell[1].isalnum():
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    if not np.isfinite(number):
        return None
    return str(int(number)) if number % 1 == 0 else repr(number)


def _within(number: float | None, most: float) -> float | None:
    return None if number is None or abs(number) > most else number


def _mapped(cells: Cells, read: Callable[[str], float | None]) -> np.ndarray:
    """Each distinct cell is read once."""
    known = {cell: read(cell) for cell in set(cells) if cell is not None}
    values = (known.get(cell) if cell is not None else None for cell in cells)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
