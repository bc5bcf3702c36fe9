"""Dates as people write them, cell by cell: the forms of days, names of months, quarters.

With the standard library alone: an exported model takes this file along.
"""

import re
from collections.abc import Sequence
from datetime import date

DAYS_FIRST = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y")
MONTHS_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y")
EITHER = ("%Y/%m/%d", "%Y.%m.%d")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
"""What may stand behind a day."""

_MONTHS = (
    "jan january янв январь января januar jän enero janvier gennaio janeiro stycznia січня",
    "feb february фев февр февраль февраля februar febrero février febbraio fevereiro"
    " lutego лютого",
    "mar march мар март марта märz mrz marzo mars março marca березня",
    "apr april апр апрель апреля abril avril aprile kwietnia квітня",
    "may май мая mai mayo maggio maio maja травня",
    "jun june июн июнь июня juni junio juin giugno junho czerwca червня",
    "jul july июл июль июля juli julio juillet luglio julho lipca липня",
    "aug august авг август августа agosto août sierpnia серпня",
    "sep sept september сен сент сентябрь сентября septiembre septembre settembre setembro września"
    " вересня",
    "oct october окт октябрь октября okt oktober octubre octobre ottobre outubro"
    " października жовтня",
    "nov november ноя нояб ноябрь ноября noviembre novembre novembro listopada листопада",
    "dec december дек декабрь декабря dez dezember diciembre décembre dicembre dezembro"
    " grudnia грудня",
)
_MONTH_OF = {word: number for number, names in enumerate(_MONTHS, 1) for word in names.split()}
_QUARTER_OF = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}

COUNTED = (
    ((15_000, 80_000), "D", "1899-12-30"),
    ((1e8, 5e9), "s", "1970-01-01"),
    ((1e11, 5e12), "ms", "1970-01-01"),
)
"""Dates as counts: from what number to what, of what, and since when."""
WRITTEN = (((190_001, 210_012), "%Y%m"), ((19_000_101, 21_001_231), "%Y%m%d"))

_GAP, _YEAR = r"[\s,.\-/]*(?:de\s+)?", r"(?P<year>\d{4})(\s?(г|год|года)\.?)?"
_TIME = r"([\s,]+(?P<time>\d{1,2}:\d\d(:\d\d)?)(\s?(?P<zone>z|utc|gmt|[+\-]\d\d:?\d\d))?)?"
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]?\s+|"
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)[,.]?\s+"
)
_QUARTER = r"(?P<quarter>[1-4]|i{1,3}|iv)"
_WORDED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<day>\d{{1,2}})(st|nd|rd|th)?{_GAP}(?P<month>[^\W\d_]+){_GAP}{_YEAR}{_TIME}",
        rf"(?P<day>\d{{1,2}})[\s\-/](?P<month>[^\W\d_]+)[\s\-/](?P<year>\d\d){_TIME}",
        rf"(?P<month>[^\W\d_]+)\.?[\s\-]+(?P<day>\d{{1,2}})(st|nd|rd|th)?,?[\s\-]+{_YEAR}{_TIME}",
        # Jan 5 10:00:00 2024, as C writes it.
        r"(?P<month>[^\W\d_]+)\s+(?P<day>\d{1,2})\s(?P<time>\d\d:\d\d:\d\d)\s(?P<year>\d{4})",
        rf"(?P<month>[^\W\d_]+){_GAP}{_YEAR}",
        # Jan-24 and апр.25, as Excel shows a month. Jan-50 it made of the number 1.50.
        r"(?P<month>[^\W\d_]+)(?:\.?[\-'’]|\.)(?P<year>[0-39]\d)",
        rf"(?P<day>\d{{1,2}})\.(?P<number>0?[1-9]|1[0-2])\.{_YEAR}{_TIME}",
        r"(?P<year>\d{4})\s?年\s?(?P<number>0?[1-9]|1[0-2])\s?月(?:\s?(?P<day>\d{1,2})\s?日)?",
        r"(?P<number>0?[1-9]|1[0-2])[./\-](?P<year>(19|20)\d\d)",
        r"(?P<year>(19|20)\d\d)[./](?P<number>0[1-9]|1[0-2])",
        rf"(q|кв\.?|квартал)\s?{_QUARTER}{_GAP}{_YEAR}",
        rf"{_QUARTER}[\s\-]*(q|кв|квартал|квартала){_GAP}{_YEAR}",
        rf"(?P<year>\d{{4}}){_GAP}(q|кв\.?)\s?(?P<quarter>[1-4])",
        r"(?P<year>(19|20)\d\d)-?w(?P<week>\d\d)(-?(?P<weekday>[1-7]))?",
    )
)


_CLOCK_OF_HALVES = re.compile(r"(?<=\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
_ZONE = re.compile(
    r"(?<=[\dm])\s(?:gmt|utc|msk|мск|[cemp][sd]t|cest|cet|bst)(?:[+\-]\d{1,2}(?::?\d\d)?)?"
    r"(?:\s\([^()]*\))?$",
    re.IGNORECASE,
)
_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})(?:/(\d{1,2})/(?:\d{4}|\d\d)|-(\d{1,2})-\d{4})(?:\s.*)?")


def doubtful_rows(
    cells: Sequence[str | None], *, month_first: bool = False
) -> tuple[list[int], list[int]]:
    """Find dates with slashes or dashes whose day may be the month, and the month the day.

    Returns (either_way, turned), places in the column: cells that can be read day first and month
    first, where no cell tells that the order is the one asked for; and those that tell that it is
    not.

    >>> doubtful_rows(["05/06/2024", "07/07/2024", None]), doubtful_rows(["05/06/2024", "05/31/24"])
    (([0], []), ([0], [1]))
    >>> doubtful_rows(["05/06/2024", "31/05/2024"])
    ([], [])
    """
    either_way, turned = [], []
    for row, cell in enumerate(cells):
        match = None if cell is None else _DAY_AND_MONTH.fullmatch(cell)
        if match is None:
            continue
        first, second = int(match[1]), int(match[2] or match[3])
        day, month = (second, first) if month_first else (first, second)
        if 13 <= day <= 31 and 1 <= month <= 12:
            return [], []
        if 1 <= day <= 12 and 1 <= month <= 12 and day != month:
            either_way.append(row)
        elif 1 <= day <= 12 and 13 <= month <= 31:
            turned.append(row)
    return either_way, turned


def with_plain_clock(cell: str) -> str:
    """Spell the clock of a date as `CLOCKS` has it; a zone behind it is taken off.

    >>> with_plain_clock("5/31/2024 3:05pm"), with_plain_clock("2024/05/31 3:05:11 p.m. GMT+3")
    ('5/31/2024 3:05 pm', '2024/05/31 3:05:11 pm')
    >>> with_plain_clock("Fri May 31 2024 10:00:00 GMT+0300 (MSK)")
    'Fri May 31 2024 10:00:00'
    """
    return _ZONE.sub("", _CLOCK_OF_HALVES.sub(r" \1m", cell))


def names_month(word: str) -> bool:
    """Whether a word is the name of a month, in short or not.

    >>> names_month("Мая"), names_month("dec."), names_month("мес")
    (True, True, False)
    """
    return word.casefold().strip(" .") in _MONTH_OF


def as_iso(cell: str) -> str | None:
    """Spell a date whose month is a word, or a quarter, as ISO 8601; None for what is neither.

    >>> as_iso("5 января 2025 г."), as_iso("II кв. 2025"), as_iso("soon")
    ('2025-01-05', '2025-04-01', None)
    """
    text = _WEEKDAY.sub("", " ".join(cell.casefold().split()), count=1)
    for pattern in _WORDED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        found = {"time": None, **match.groupdict()}
        if found.get("week"):
            return _of_week(*(int(found[part] or 1) for part in ("year", "week", "weekday")))
        quarter, number = found.get("quarter"), found.get("number")
        month = 3 * _QUARTER_OF[quarter] - 2 if quarter else _MONTH_OF.get(str(found.get("month")))
        month = int(number) if number else month
        if month is None:  # `2 кв. 2025` looks like a day of a month, too
            continue
        year = int(str(found["year"]))
        if year < 100:  # as C has it
            year += 2000 if year < 69 else 1900
        clock, zone = found["time"], found.get("zone") or ""
        time = f"T{clock.zfill(8 if clock.count(':') > 1 else 5)}" if clock else ""
        time += zone if zone[:1] in "+-" else ""
        return f"{year:04}-{month:02}-{int(found.get('day') or 1):02}{time}"
    return None


def _of_week(year: int, week: int, weekday: int) -> str | None:
    """A day of a week as ISO 8601 counts them, `2024-W05-3`; without a day, its Monday."""
    try:
        return date.fromisocalendar(year, week, weekday).isoformat()
    except ValueError:  # not every year has a week 53
        return None
