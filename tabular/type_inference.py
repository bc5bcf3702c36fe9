"""What one column of a table is, by its name and by what its cells hold."""

import re

import numpy as np
import pandas as pd

from common.i18n import count_of
from common.tables import parse_dates
from common.tables.dates import doubtful_days, looks_year_first, number_dates
from common.tables.measure_columns import parse_measures
from common.tables.number_parsing import FRACTIONS
from tabular.addresses import tell_flats_apart
from tabular.column_summary import read_but_for, shown
from tabular.currency import currencies_in, without_digits
from tabular.day_columns import (
    days_among_numbers,
    days_in_digits,
    days_of_counts,
    days_without_year,
    span_of,
)
from tabular.values import DATES, DEGREES, FALSE, TRUE, as_categories, as_numbers, dates_of

IDENTIFIER = "an identifier: a different value in every row"
REPEATED = "an identifier: a different value in nearly every row"
NUMBERED = "long numbers that all differ and begin alike: an identifier by their look"
"""It is learned from no more than an identifier; but rows that differ in it alone are no copies."""
UNREAD = "an identifier, or no number and no date as they are known: a different value in every row"
SAMPLE_ROWS = 200_000
"""Rows of a large table that are looked at to tell what a text is, or to learn a scale."""
BLANK_SHARE = 0.01
"""Share of blank cells from which on they are an answer, beside a single word such as `yes`."""
MIN_SHARE = 0.95
"""Share of a column's cells that must fit a kind for the column to be of it."""
_IDENTIFIER_NAME = re.compile(
    r"(^|[\W_])(id|ид|uuid|guid|zpid|index|код|номер|number|no|№|column 1|unnamed.*)($|[\W_])", re.I
)
_LAT = r"(lat|latt?itude?|широта)"
_LON = r"(lon|lng|long|longt?itude?|долгота)"
COORDINATE_NAMES = {
    kind: re.compile(rf"(^|[\W_]){word}([\W_](deg|degrees|wgs84|x|y))?$", re.IGNORECASE)
    for kind, word in (("latitude", _LAT), ("longitude", _LON))
}
_CODE_NAME = re.compile(
    r"(^|[\W_])(post_?code|zip(_?code)?|plz|индекс|окато|октмо|okato|oktmo|fips)($|[\W_])",
    re.IGNORECASE,
)
_LONG_CODE_NAME = re.compile(
    r"(^|[\W_])(phone|tel|mobile|телефон|тел|инн|кпп|огрн|снилс|inn|iban|vin|imei|isbn|ean|gtin"
    r"|barcode|штрих_?код)(?P<last>$|[\W_])",
    re.IGNORECASE,
)
"""Words that also stand in names of numbers, as in `dist_tel_aviv`: the digits have to agree."""
_SHORT_CODE_NAME = re.compile(r"(^|[\W_])(sku|артикул)$", re.IGNORECASE)
_FEWEST_DIGITS, _DIGITS_APART = 8, 2
"""Digits of a telephone or of such a code, at least; and by how many some are longer than others,
where more words stand behind theirs: those of a taxpayer in Russia have ten or twelve."""
_MOMENTS = tuple((9e8 * unit, 2e9 * unit) for unit in (1.0, 1e3, 1e6, 1e9))
"""Seconds, and thousandths, millionths and billionths of them since 1970, from 1998 to 2033."""
_WRITTEN_MOMENT = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){0,2}(?:\d{3})?"
)
"""20240124085723."""
LONG_FROM, LONG_WITHIN = 1e9, 0.05
"""Numbers of an export, and telephones of one kind, begin alike: they lie so near together."""
_ROUNDED_FROM, _ROUNDED_BY = 1e11, 1e6
"""A number of an identifier so large that ends in so many zeros has lost its last digits."""
_BOUND = re.compile(
    r"\s*(?:[~≈<>≤≥]\s*|(?:от|до|около|ок\.|примерно|свыше|более|менее|from|up to|about|over|under|"
    r"approx\.?|ca\.?)\s+)\d.*|\s*\d[\d.,]*\s?[-–—]\s?\d[\d.,]*(?:[^\d\-–—].*)?",
    re.IGNORECASE,
)
"""`>30`, `от 30`, `30–35 м²`."""
_DATE_NAME = re.compile(
    r"(^|[\W_\d])(dates?|dated|datum|fecha|day|month|дата|даты|день|месяц|сдача|published|posted|"
    r"created|updated|listed|опубликован[оа]?|timestamp)($|[\W_\d])|[a-z]_(at|on)$|(?-i:[a-z]Date$)",
    re.IGNORECASE,
)
_MONTH_AND_YEAR = re.compile(r"(0?[1-9]|1[0-2])[./\-](19|20)\d\d")
_WHOLE = re.compile(r"\s*\d+\s*")
_LEADING_ZERO = re.compile(r"0\d+")
_LETTERED = re.compile(r"\d+(?:[eE]\d{1,2})?")
"""A block of houses, `1E5`, where programs write 1E+05."""
_NUMBERS = re.compile(r"\s*\d+(?:[.,]\d+)?(?:\s*[/x×хX]\s*\d+(?:[.,]\d+)?){2,}\s*")
"""Three numbers or more: `65,3/40/9`, whole and living area and kitchen, or `2x3x4`."""
_CLOCK = re.compile(r"\s*\d{1,3}:\d\d(?::\d\d)?\s*")
_NOTHING = re.compile(r"-?99+|-1|0")
"""What a program writes where it knows nothing."""
NEARLY_ALL = 0.9
"""Share of different values from which on codes tell rows apart and nothing else."""


def decide_kind(name: str, values: pd.Series) -> tuple[str, str]:
    """Return a column's kind, one of `KINDS`, and the reason.

    >>> decide_kind("rooms", pd.Series([1, 3, 2]))
    ('number', '1 to 3')
    """
    total = int(values.notna().sum())
    whole = values
    if len(values) > SAMPLE_ROWS:
        values = values.sample(SAMPLE_ROWS, random_state=0)
    known = values.dropna()
    distinct = known.nunique()
    if len(known) == 0:
        return "ignore", "empty in training"
    if distinct == 1 and len(known) <= (1 - BLANK_SHARE) * len(values):
        if as_categories(known.iloc[:1]).isin(TRUE).all():
            return "boolean", f"{shown(known.iloc[0])} or blank"
        return "category", f"{shown(known.iloc[0])} or blank"
    if distinct == 1:
        return "ignore", f"the same everywhere: {shown(known.iloc[0])}"
    if pd.api.types.is_bool_dtype(known):
        return "boolean", "yes or no"
    is_text = not (
        pd.api.types.is_datetime64_any_dtype(known) or pd.api.types.is_numeric_dtype(known)
    )
    days = days_of_counts(name, known.astype(str) if is_text else known)
    if days and not _DATE_NAME.search(name):
        return "ignore", days
    if pd.api.types.is_datetime64_any_dtype(known):
        return "date", span_of(whole.dropna())
    if pd.api.types.is_numeric_dtype(known):
        return _decide_numeric(name, known, distinct, total, whole)
    return _decide_text(name, known.astype(str), distinct, total)


def _decide_numeric(
    name: str, known: pd.Series, distinct: int, total: int, whole: pd.Series
) -> tuple[str, str]:
    """Decide a column of numbers by a sample; what is told of its rows, the whole column says."""
    low, high = float(whole.min()), float(whole.max())
    if set(known.unique()) <= {0, 1}:
        return "boolean", "0 or 1"
    for kind, named in COORDINATE_NAMES.items():
        if named.search(name):
            degrees = known[known.abs() <= DEGREES[kind]]
            if len(degrees) >= MIN_SHARE * len(known):
                return kind, f"{degrees.min():g} to {degrees.max():g}"
            return "number", f"{low:g} to {high:g}, not in degrees as its name has it"
    are_whole = bool((known % 1 == 0).all())
    if are_whole and _DATE_NAME.search(name) and number_dates(known).isna().any():
        digits = known.astype("int64").astype(str).str.zfill(6 if high < 1e6 else 8)
        if low >= 0 and (days := days_in_digits(digits)):
            return "ignore", days
    if span := _numbers_as_dates(name, known):
        return "date", span
    is_code = are_whole and low >= 0 and _named_codes(name, np.log10(known.clip(lower=1)) // 1 + 1)
    is_rounded = low >= _ROUNDED_FROM and bool((known % _ROUNDED_BY == 0).all())
    is_named = is_code or bool(_IDENTIFIER_NAME.search(name))
    if is_rounded and is_named:
        return "ignore", f"an identifier whose last digits are lost: {known.iloc[0]:g}"
    if are_whole and is_named and distinct > NEARLY_ALL * len(known) > 20:
        return "ignore", IDENTIFIER if distinct == len(known) else REPEATED
    if are_whole and is_code:
        return "category", f"codes: {distinct:,}, such as {known.iloc[0]:.15g}"
    if not are_whole and _DATE_NAME.search(name) and _are_days_of_months(known):
        return "ignore", f"days and months without a year, {known.iloc[0]:.2f}: give whole dates"
    different = distinct == len(known) and are_whole
    # A counter starts near zero and has few gaps: some are left where the other parts of a split
    # have their rows. On a table sorted by price it would tell the price.
    counter = len(known) > 20 and 0 <= low <= 10 and total / (high - low + 1) > 0.5
    if different and (counter or _IDENTIFIER_NAME.search(name)):
        return "ignore", IDENTIFIER
    if different and _are_long_numbers(known):
        return "ignore", NUMBERED
    return "number", f"{low:g} to {high:g}{_mark_for_missing(whole)}"


def _are_long_numbers(known: pd.Series) -> bool:
    """Whether different whole numbers are those of telephones or listings, by their look.

    Sums of so many digits spread wider or end in zeros, and moments are counted from 1970.
    """
    low, high = float(known.min()), float(known.max())
    if len(known) <= 20 or low < LONG_FROM or high - low > LONG_WITHIN * low:
        return False
    if any(first <= low <= high <= last for first, last in _MOMENTS):
        return False
    rounded = float((known % 1000 == 0).mean())
    written = known.astype("int64").astype(str).str.fullmatch(_WRITTEN_MOMENT)
    return rounded < 1 - MIN_SHARE and not written.all()


def _are_days_of_months(known: pd.Series) -> bool:
    """Whether numbers such as 31.05 are rather the 31st of May."""
    day, month = known // 1, (known % 1 * 100).round(6)
    return bool((day.between(1, 31) & month.between(1, 12) & (month % 1 == 0)).all())


def _mark_for_missing(values: pd.Series) -> str:
    """Name a number such as -999 that stands in several rows, far from all others."""
    for mark in (values.min(), values.max()):
        rows = int((values == mark).sum())
        if rows > 1 and _NOTHING.fullmatch(f"{mark:g}"):
            others = values[values != mark]
            away = min(abs(others.min() - mark), abs(others.max() - mark))
            if away > max(others.max() - others.min(), 1):
                return (
                    f"; {mark:g} in {rows:,} rows, far from all others: blank them if it means none"
                )
    return ""


def _numbers_as_dates(name: str, known: pd.Series) -> str:
    """Say which days a column of numbers means, such as 45751 or 20250404; empty for others.

    Its name has to say that they are dates, but for those that are written out in digits.
    """
    are_written = known.between(19_000_101, 21_001_231).all() and known.nunique() > 3
    if not (_DATE_NAME.search(name) or are_written) or not known.min() >= 15_000:
        return ""
    dates = number_dates(known)
    if dates.isna().any():
        return ""
    kind = "days as Excel counts them" if known.max() <= 80_000 else "dates in digits"
    return f"{kind}, {known.iloc[0]:.12g} for {dates.iloc[0]:%Y-%m-%d}: {span_of(dates)}"


def _decide_text(name: str, known: pd.Series, distinct: int, total: int) -> tuple[str, str]:
    tidy = as_categories(known)
    if tidy.isin(TRUE | FALSE).all() and tidy.nunique() <= 4:
        return "boolean", "yes or no"
    sample = known if len(known) <= 5000 else known.sample(5000, random_state=0)
    if _DATE_NAME.search(name):
        days = days_in_digits(sample.str.strip()) or days_without_year(sample.str.strip())
        if days:
            return "ignore", days
    if _are_codes(name, sample):
        if distinct > NEARLY_ALL * len(known) and len(known) > 20:
            return "ignore", IDENTIFIER if distinct == len(known) else REPEATED
        return "category", f"codes: {distinct:,}, such as {shown(known.iloc[0])}"
    for place, named in COORDINATE_NAMES.items():
        if named.search(name):
            degrees = pd.Series(as_numbers(sample, place)).dropna()
            if len(degrees) >= MIN_SHARE * len(sample):
                return place, f"{degrees.min():g} to {degrees.max():g}"
    months = sample.str.strip().str.fullmatch(_MONTH_AND_YEAR)
    if months.mean() >= MIN_SHARE:
        return "date", f"month and year: {span_of(parse_dates(sample[months]))}"
    has_digits = sample.str.contains(rf"[\d{FRACTIONS}]").mean() >= MIN_SHARE
    if has_digits and known.str.fullmatch(_WHOLE).all():  # text by a cell, as of a row of totals
        numbers = known.astype(float)
        decided = _decide_numeric(name, numbers, distinct, total, numbers)
        if decided[0] == "ignore":
            return decided
    if has_digits and (found := _numbers_or_dates(name, sample)):
        return found
    if sample.str.fullmatch(_NUMBERS).mean() >= MIN_SHARE:
        return "ignore", f"numbers in one cell, {shown(known.iloc[0])}: give each its own column"
    if sample.str.fullmatch(_CLOCK).mean() >= MIN_SHARE:
        return "ignore", f"times, {shown(known.iloc[0])}: give them as one number, such as minutes"
    days = days_among_numbers(sample)
    if days and distinct > 20:
        return "ignore", days
    few, kind = ("", "") if _IDENTIFIER_NAME.search(name) else read_but_for(sample)
    if few and distinct > 20:
        return "ignore", f"{few}; --column {name}={kind} takes those for blank"
    is_named = any(word.search(name) for word in (_CODE_NAME, _LONG_CODE_NAME, _SHORT_CODE_NAME))
    dropped = ""
    # What is told in words, as an address is, tells flats apart: no number that an export gives.
    is_unique = distinct == len(known)
    is_tag = is_unique and len(known) > 20 and not tell_flats_apart(name, sample)
    if is_unique and (_IDENTIFIER_NAME.search(name) or is_tag):
        is_named = is_named or bool(_IDENTIFIER_NAME.search(name))
        dropped = UNREAD if has_digits and not is_named else IDENTIFIER
    elif distinct > NEARLY_ALL * len(known) > 20 and _IDENTIFIER_NAME.search(name):
        dropped = REPEATED
    elif distinct > max(20, len(known) / 2):
        dropped = f"free text: {distinct:,} different values in {len(known):,} rows"
    # Codes such as 00-950 look the same: this is a better reason to drop a column, not one more.
    if dropped and not is_named and sample.str.fullmatch(_BOUND).mean() >= MIN_SHARE:
        dropped = f"bounds and guesses, {shown(known.iloc[0])}: give one number in a cell"
    if dropped:
        return "ignore", dropped
    values = count_of(tidy.nunique(), "value")
    if days:
        return "category", f"{values}, {days}"
    return "category", f"{values}, {few}; or --column {name}={kind}" if few else values


def _numbers_or_dates(name: str, sample: pd.Series) -> tuple[str, str] | None:
    """Decide a column of text each of whose cells has a digit; None where it is neither."""
    numbers, unit, agreeing, _ = parse_measures(sample)
    if numbers.notna().mean() >= MIN_SHARE and agreeing >= MIN_SHARE:
        if unit:
            numbers = parse_measures(sample, unit=unit).values
        measured = f" {unit}" if unit else ""
        return "number", f"{numbers.min():g} to {numbers.max():g}{measured}"
    for kind in DATES:
        dates = dates_of(sample, kind)
        if dates.notna().mean() >= MIN_SHARE:
            said = span_of(dates.dropna())
            doubtful = doubtful_days(sample).either_way if kind == "date" else sample.iloc[:0]
            if len(doubtful):
                said += (
                    f"; no cell tells whether the day or the month comes first in "
                    f"{shown(doubtful.iloc[0])}, the day is taken to: --column {name}="
                    "date_month_first"
                )
            elif looks_year_first(sample):
                said += f"; does the year come first in {shown(sample.iloc[0])}? write 2024-05-31"
            return kind, said
    return None


def unit_of(values: pd.Series) -> str:
    """Return the unit of a column of numbers, or their currency; empty where its cells have none.

    >>> unit_of(pd.Series(["30 м²", "45"])), unit_of(pd.Series(["500 руб.", "700"]))
    ('м²', '₽')
    """
    if pd.api.types.is_numeric_dtype(values):
        return ""
    cells = values.dropna().astype(str).iloc[:SAMPLE_ROWS]
    read = parse_measures(cells)
    if read.unit:
        return read.unit
    currencies = currencies_in(without_digits(cells))
    if len(currencies) != 1:
        return ""
    unit = next(iter(currencies))
    told = parse_measures(cells, unit=unit).values.notna()
    return unit if told.sum() == read.values.notna().sum() else ""  # `р` may be any rouble


def _named_codes(name: str, digits: pd.Series) -> bool:
    """Whether a name says that whole numbers are codes; digits: how many each of them has."""
    if _CODE_NAME.search(name) or _SHORT_CODE_NAME.search(name):
        return True
    words = [*_LONG_CODE_NAME.finditer(name)]
    if not words or (digits >= _FEWEST_DIGITS).mean() < MIN_SHARE:
        return False
    low, high = digits.quantile([1 - MIN_SHARE, MIN_SHARE])
    return words[-1].end("last") == len(name) or bool(high - low <= _DIGITS_APART)


def _are_codes(name: str, sample: pd.Series) -> bool:
    """Whether digits are names here, not numbers: `007`, `1E5`, or a postcode."""
    texts = sample.str.strip()
    lettered = texts.str.contains("e", case=False).mean()
    if texts.str.fullmatch(_LETTERED).all() and lettered >= 1 - MIN_SHARE:
        return True
    digits = texts.str.fullmatch(r"\d+")
    if digits.mean() < MIN_SHARE:
        return False
    if _named_codes(name, texts[digits].str.len()):
        return True
    zeros = texts.str.fullmatch(_LEADING_ZERO).mean()
    return bool(zeros >= 1 - MIN_SHARE or (zeros > 0 and texts.str.len().nunique() == 1))
