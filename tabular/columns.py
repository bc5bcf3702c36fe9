"""What each column of a table is: a number, a category, a date, yes or no, an identifier.

The decision is made from the training part, printed with its reason, and can be overruled with
`--column NAME=KIND`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from common.errors import UserError, unknown
from common.tables import parse_dates
from common.tables.measures import parse_measures, parse_pairs, read_pairs
from tabular.settings import KINDS

DATES = ("date", "date_month_first")
IDENTIFIER = "an identifier: a different value in every row"
SAMPLE_ROWS = 200_000
"""Rows of a large table that are looked at to tell what a text is, or to learn a scale."""
BLANK_SHARE = 0.01
"""Share of blank cells from which on they are an answer, beside a single word such as `yes`."""
MIN_SHARE = 0.95
"""Share of a column's cells that must fit a kind for the column to be of it."""
LARGEST_NUMBER = 1e30
"""Numbers beyond this are mistakes; float32, which networks compute in, ends at 3e38."""

TRUE = frozenset(("1", "true", "yes", "y", "да", "есть", "+", "истина"))
FALSE = frozenset(("0", "false", "no", "n", "нет", "-", "ложь"))
_IDENTIFIER_NAME = re.compile(
    r"(^|[\W_])(id|ид|uuid|guid|index|код|номер|number|no|№|column 1|unnamed.*)($|[\W_])", re.I
)
_LATITUDE = re.compile(r"^(lat|latitude|широта)$|[\W_](lat|latitude|широта)$", re.I)
_LONGITUDE = re.compile(
    r"^(lon|lng|long|longitude|долгота)$|[\W_](lon|lng|long|longitude|долгота)$", re.I
)


@dataclass(frozen=True)
class Column:
    """A column's name, its kind (one of `KINDS`), and why it was taken for that."""

    name: str
    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.kind} ({self.reason})"


def decide_columns(frame: pd.DataFrame, overrides: Mapping[str, str]) -> list[Column]:
    """Decide what every column is; `overrides` maps names to kinds that a person has set.

    >>> flats = pd.DataFrame({"id": [7, 8, 9], "rooms": [1, 3, 2], "lift": ["да", "нет", "да"]})
    >>> for column in decide_columns(flats, {}):
    ...     print(column)
    id: ignore (an identifier: a different value in every row)
    rooms: number (1 to 3)
    lift: boolean (yes or no)
    """
    check_overrides(overrides, list(frame.columns))
    columns = []
    for name in frame.columns:
        if name in overrides:
            column = Column(name, overrides[name], "as you said")
            _check_kind(column, frame[name])
        else:
            column = Column(name, *_decide(name, frame[name]))
        columns.append(column)
    return _paired_coordinates(columns)


def coordinate_columns(frame: pd.DataFrame) -> tuple[str, str] | None:
    """Return the names of the columns of latitude and longitude, or None without such a pair."""
    candidates = [n for n in frame if _LATITUDE.search(str(n)) or _LONGITUDE.search(str(n))]
    decided = {column.kind: column.name for column in decide_columns(frame[candidates], {})}
    if "latitude" in decided and "longitude" in decided:
        return decided["latitude"], decided["longitude"]
    return None


def check_overrides(overrides: Mapping[str, str], names: list[str]) -> None:
    for name, kind in overrides.items():
        if name not in names:
            raise unknown("column", name, names)
        if kind not in KINDS:
            raise unknown("kind of column", kind, KINDS)


def _check_kind(column: Column, values: pd.Series) -> None:
    """Refuse a kind that a person has set where not one cell can be read as it."""
    if column.kind in ("category", "ignore") or values.notna().sum() == 0:
        return
    if np.isnan(as_numbers(values, column.kind)).all():
        shown = _shown(values.dropna().iloc[0])
        raise UserError(
            f"--column {column.name}={column.kind}: no cell can be read as one, such as {shown}"
        )


def parse_overrides(texts: tuple[str, ...]) -> dict[str, str]:
    """Read `NAME=KIND` as a person gives it on the command line.

    >>> parse_overrides(("floor=category",))
    {'floor': 'category'}
    """
    overrides = {}
    for text in texts:
        name, equals, kind = text.rpartition("=")
        if not equals or not name:
            raise UserError(f"--column {text!r}: expected NAME=KIND, such as floor=category")
        overrides[name] = kind
    return overrides


def as_numbers(values: pd.Series, kind: str) -> np.ndarray:
    """Return a column of any numeric kind as float64, NaN where there is no value.

    Numbers as they are, dates as days since 1970, yes as 1 and no as 0.
    """
    if kind in DATES:
        dates = parse_dates(values, month_first=kind == "date_month_first")
        moments = dates.to_numpy(dtype="datetime64[s]")
        days = moments.astype("int64") / 86_400
        return np.where(np.isnat(moments), np.nan, days)
    if kind == "boolean":
        return _as_booleans(values)
    numbers = parse_measures(values).values.to_numpy(dtype=np.float64, copy=True)
    numbers[np.abs(numbers) > LARGEST_NUMBER] = np.nan
    return numbers


def find_pairs(frame: pd.DataFrame) -> list[str]:
    """Return the columns of text whose cells hold two numbers each, such as `3/9`.

    >>> find_pairs(pd.DataFrame({"floor": ["3/9", "4 из 17"], "house": ["5/2", "5а"]}))
    ['floor']
    """
    texts = frame.select_dtypes(include=["object", "string", "category"])
    return [str(name) for name in texts if parse_pairs(texts[name].astype(object)) is not None]


def parts_of(name: str) -> tuple[str, str]:
    """Return the names of the two columns that a column of pairs is taken apart into.

    >>> parts_of("floor")
    ('floor (first)', 'floor (second)')
    """
    return f"{name} (first)", f"{name} (second)"


def split_pairs(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a frame with two columns of numbers in the place of each column of pairs."""
    for name in names:
        pair = read_pairs(frame[name].astype(object))
        parts = dict(zip(parts_of(name), pair, strict=True))
        place = list(frame.columns).index(name)
        before, after = frame.iloc[:, :place], frame.iloc[:, place + 1 :]
        frame = pd.concat([before, pd.DataFrame(parts, index=frame.index), after], axis=1)
    return frame


def as_categories(values: pd.Series) -> pd.Series:
    """Return a column as tidy text: spaces and the case of letters make no new category.

    A missing cell is the empty text.
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        # A column that had no missing cell in one file is 3, and in another 3.0.
        values = values.astype(object).map(_plainly, na_action="ignore")
    distinct = {cell: " ".join(str(cell).split()).casefold() for cell in values.dropna().unique()}
    return values.astype(object).map(lambda cell: distinct.get(cell, ""))


def _plainly(number: float) -> str:
    return str(int(number)) if number % 1 == 0 else repr(float(number))


def identifiers(frame: pd.DataFrame) -> list[str]:
    """Return the columns that only tell rows apart.

    >>> identifiers(pd.DataFrame({"id": [7, 8, 9], "rooms": [1, 3, 2]}))
    ['id']
    """
    return [column.name for column in decide_columns(frame, {}) if column.reason == IDENTIFIER]


def _decide(name: str, values: pd.Series) -> tuple[str, str]:
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
            return "boolean", f"{_shown(known.iloc[0])} or blank"
        return "category", f"{_shown(known.iloc[0])} or blank"
    if distinct == 1:
        return "ignore", f"the same everywhere: {_shown(known.iloc[0])}"
    if pd.api.types.is_bool_dtype(known):
        return "boolean", "yes or no"
    if pd.api.types.is_datetime64_any_dtype(known):
        return "date", _span(known)
    if pd.api.types.is_numeric_dtype(known):
        limits = float(whole.min()), float(whole.max())
        return _decide_numeric(name, known, distinct, total, limits)
    return _decide_text(name, known.astype(str), distinct)


def _decide_numeric(
    name: str, known: pd.Series, distinct: int, total: int, limits: tuple[float, float]
) -> tuple[str, str]:
    low, high = limits
    if set(known.unique()) <= {0, 1}:
        return "boolean", "0 or 1"
    if _LATITUDE.search(name) and low >= -90 and high <= 90:
        return "latitude", f"{low:g} to {high:g}"
    if _LONGITUDE.search(name) and low >= -180 and high <= 180:
        return "longitude", f"{low:g} to {high:g}"
    different = distinct == len(known) and bool((known % 1 == 0).all())
    # A counter starts near zero and has few gaps: some are left where the other parts of a split
    # have their rows. On a table sorted by price it would tell the price.
    counter = len(known) > 20 and 0 <= low <= 10 and total / (high - low + 1) > 0.5
    if different and (counter or _IDENTIFIER_NAME.search(name)):
        return "ignore", IDENTIFIER
    return "number", f"{low:g} to {high:g}"


def _decide_text(name: str, known: pd.Series, distinct: int) -> tuple[str, str]:
    tidy = as_categories(known)
    if (tidy.isin(TRUE | FALSE)).mean() >= MIN_SHARE and tidy.nunique() <= 4:
        return "boolean", "yes or no"
    sample = known if len(known) <= 5000 else known.sample(5000, random_state=0)
    numbers, unit, agreeing = parse_measures(sample)
    if numbers.notna().mean() >= MIN_SHARE and agreeing >= MIN_SHARE:
        measured = f" {unit}" if unit else ""
        return "number", f"{numbers.min():g} to {numbers.max():g}{measured}"
    for kind in DATES:
        dates = parse_dates(sample, month_first=kind == "date_month_first")
        if dates.notna().mean() >= MIN_SHARE:
            return kind, _span(dates.dropna())
    if distinct == len(known) and (_IDENTIFIER_NAME.search(name) or len(known) > 20):
        return "ignore", IDENTIFIER
    if distinct > max(20, len(known) / 2):
        return "ignore", f"free text: {distinct:,} different values in {len(known):,} rows"
    return "category", f"{tidy.nunique():,} values"


def _paired_coordinates(columns: list[Column]) -> list[Column]:
    """Coordinates come in pairs: one alone, or a second of a kind, is a number as any other."""
    first: dict[str, str] = {}
    for kind in ("latitude", "longitude"):
        said = [c.name for c in columns if c.kind == kind and c.reason == "as you said"]
        found = [c.name for c in columns if c.kind == kind]
        if found:
            first[kind] = (said or found)[0]
    paired = set(first.values()) if len(first) == 2 else set()
    return [
        Column(c.name, "number", c.reason)
        if c.kind in ("latitude", "longitude") and c.name not in paired
        else c
        for c in columns
    ]


def _as_booleans(values: pd.Series) -> np.ndarray:
    tidy = as_categories(values)
    return np.select([tidy.isin(TRUE), tidy.isin(FALSE)], [1.0, 0.0], np.nan)


def _span(dates: pd.Series) -> str:
    return f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 30 else text[:29] + "…")
