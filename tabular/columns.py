"""What each column of a table is: a number, a category, a date, yes or no, an identifier.

The decision is made from the training part, printed with its reason, and can be overruled with
`--column NAME=KIND`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from common.errors import UserError, unknown
from common.tables.frames import SHARES
from common.tables.units import FRACTION
from tabular.column_summary import shown
from tabular.settings import KINDS
from tabular.type_inference import (
    COORDINATE_NAMES,
    IDENTIFIER,
    MIN_SHARE,
    REPEATED,
    UNREAD,
    decide_kind,
    unit_of,
)
from tabular.values import DEGREES, as_numbers


@dataclass(frozen=True)
class Column:
    """A column's name, its kind (one of `KINDS`), and why it was taken for that.

    unit: what its numbers are measured in, where its cells say so.
    """

    name: str
    kind: str
    reason: str
    unit: str = ""

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
            kind, reason = decide_kind(name, frame[name])
            is_share = name in frame.attrs.get(SHARES, ())
            unit = FRACTION if is_share else unit_of(frame[name])
            column = Column(name, kind, reason, unit if kind == "number" else "")
        columns.append(column)
    return _paired_coordinates(columns, frame)


def coordinate_columns(frame: pd.DataFrame) -> tuple[str, str] | None:
    """Return the names of the columns of latitude and longitude, or None without such a pair."""
    named = COORDINATE_NAMES.values()
    candidates = [n for n in frame if any(pattern.search(str(n)) for pattern in named)]
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
        cell = shown(values.dropna().iloc[0])
        raise UserError(
            f"--column {column.name}={column.kind}: no cell can be read as one, such as {cell}"
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


def identifiers(frame: pd.DataFrame) -> list[str]:
    """Return the columns that only tell rows apart.

    >>> identifiers(pd.DataFrame({"id": [7, 8, 9], "rooms": [1, 3, 2]}))
    ['id']
    """
    return [
        column.name
        for column in decide_columns(frame, {})
        if column.reason in (IDENTIFIER, REPEATED, UNREAD)
    ]


def _paired_coordinates(columns: list[Column], frame: pd.DataFrame) -> list[Column]:
    """Coordinates come in pairs: one alone, or a second of a kind, is a number as any other.

    A longitude named latitude, beside a latitude named longitude, is said to look so.
    """
    by_name = {
        kind: next((c.name for c in columns if named.search(c.name)), None)
        for kind, named in COORDINATE_NAMES.items()
    }
    north, east = by_name["latitude"], by_name["longitude"]
    if north and east and _exchanged(frame[north], frame[east]):
        look = "they look swapped: give {!r} and {!r} each other's names"
        columns = [
            replace(c, reason=f"{c.reason}; {look.format(north, east)}") if c.name == north else c
            for c in columns
        ]
    first: dict[str, str] = {}
    for kind in ("latitude", "longitude"):
        said = [c.name for c in columns if c.kind == kind and c.reason == "as you said"]
        found = [c.name for c in columns if c.kind == kind]
        if found:
            first[kind] = (said or found)[0]
    paired = set(first.values()) if len(first) == 2 else set()
    return [
        replace(c, kind="number")
        if c.kind in ("latitude", "longitude") and c.name not in paired
        else c
        for c in columns
    ]


def _exchanged(latitude: pd.Series, longitude: pd.Series) -> bool:
    """Whether columns hold what the other's name says: one goes beyond the poles, one does not."""
    degrees = [as_numbers(values, "longitude") for values in (latitude, longitude)]
    north, east = (np.abs(one[np.isfinite(one)]) for one in degrees)
    if len(north) < MIN_SHARE * latitude.notna().sum() or not len(north) or not len(east):
        return False
    beyond = DEGREES["latitude"]
    return bool((north > beyond).mean() > 1 - MIN_SHARE and (east <= beyond).mean() >= MIN_SHARE)
