"""Cells that hold several numbers, such as a floor and the floors of its house, or a unit."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
import pandas as pd

from common.tables.frames import SHARES
from common.tables.measure_columns import parse_measures, parse_parts, read_columns
from common.tables.units import FRACTION, factor_between
from tabular.columns import Column
from tabular.type_inference import MIN_SHARE
from tabular.values import DEGREES

_DIGITS = 10
"""Digits behind the mark that percents keep: 0.07 times 100 is 7.000000000000001."""
TURNED = 0.02
"""Share of the pairs up to which those that are turned round are slips."""
_MIN_DECIMALS = 0.5
"""Share of the numbers of places that are no whole degrees, at least."""
_PLACE_NAME = re.compile(
    r"coord|координ|location|geo|gps|point|lat.?lo?n|\b(?:ll|loc)\b", re.IGNORECASE
)


def find_compound(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return the columns of text whose cells hold several numbers each, and what these are called.

    Two are a latitude and a longitude where the column's name says so, and the numbers can be.

    >>> flats = {"floor": ["3/9", "4 из 17"], "house": ["5/2", "5а"], "loc": ["55.75, 37.61"] * 2}
    >>> find_compound(pd.DataFrame(flats))
    {'floor': ['floor (first)', 'floor (second)'], 'loc': ['loc lat', 'loc lon']}
    """
    texts = frame.select_dtypes(include=["object", "string", "category"])
    parsed = {str(name): parse_parts(texts[name].astype(object)) for name in texts}
    return {
        name: parts_of(name, len(parts), is_place=_are_places(name, parts))
        for name, parts in parsed.items()
        if parts is not None
    }


def parts_of(name: str, count: int, *, is_place: bool = False) -> list[str]:
    """Return the names of the columns that a column of `count` numbers is taken apart into.

    >>> parts_of("floor", 2), parts_of("coords", 2, is_place=True)
    (['floor (first)', 'floor (second)'], ['coords lat', 'coords lon'])
    """
    if is_place:
        return [f"{name} lat", f"{name} lon"]
    return [f"{name} ({place})" for place in ("first", "second", "third")[:count]]


def parts_among(columns: Set[str], name: str, count: int) -> list[str]:
    """Return what a column was taken apart into when these columns came of it."""
    place = parts_of(name, count, is_place=True)
    return place if columns >= {*place} else parts_of(name, count)


def _are_places(name: str, parts: Sequence[pd.Series]) -> bool:
    """Whether two numbers in a cell can be degrees, in either order, and are called so: 3/9 is a
    floor in a column `loc`, too."""
    if len(parts) != 2 or not _PLACE_NAME.search(name):
        return False
    pairs = pd.concat(parts, axis=1).abs().dropna()
    are_degrees = (pairs.min(axis=1) <= DEGREES["latitude"]) & (
        pairs.max(axis=1) <= DEGREES["longitude"]
    )
    decimals = (pairs % 1 != 0).to_numpy().mean()
    return bool(are_degrees.mean() >= MIN_SHARE and decimals >= _MIN_DECIMALS)


def take_apart(frame: pd.DataFrame, compound: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return a frame with columns of numbers in the place of each that holds several in a cell."""
    for name, called in compound.items():
        parts = read_columns(frame[name].astype(object), len(called))
        taken = pd.DataFrame(dict(zip(called, parts, strict=True)), frame.index)
        taken.attrs = frame.attrs  # else what is joined has none
        place = list(frame.columns).index(name)
        frame = pd.concat([frame.iloc[:, :place], taken, frame.iloc[:, place + 1 :]], axis=1)
    return frame


def pairs_in_order(frame: pd.DataFrame, compound: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the pairs of which the first number is hardly ever above the second: `3/9`.

    >>> pairs = pd.DataFrame({"floor (first)": [3, 4, 5], "floor (second)": [9, 4, 17]})
    >>> pairs_in_order(pairs, {"floor": ["floor (first)", "floor (second)"]})
    ['floor']
    """
    return [
        name
        for name, parts in compound.items()
        if len(parts) == 2 and len(frame) and turned_pairs(frame, parts).mean() <= TURNED
    ]


def turned_pairs(frame: pd.DataFrame, parts: Sequence[str]) -> np.ndarray:
    """Return the rows in which the first number of a pair is above the second, (n,) bool."""
    first, second = (frame[part].to_numpy(dtype=np.float64) for part in parts)
    return first > second


def in_units(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return a frame in which columns that have a unit are numbers; what it cannot be is NaN.

    >>> area = Column("area", "number", "30 to 45 м²", unit="м²")
    >>> in_units(pd.DataFrame({"area": ["45 кв. м", "7 мин"]}), [area])["area"].tolist()
    [45.0, nan]
    """
    return frame.assign(
        **{
            column.name: _in_unit(frame, column.name, column.unit)
            for column in columns
            if column.unit and column.name in frame.columns
        }
    )


def _in_unit(frame: pd.DataFrame, name: str, unit: str) -> pd.Series:
    numbers = parse_measures(frame[name], unit=unit).values
    if name in frame.attrs.get(SHARES, ()) and unit == "%":  # shown as 7 %, it is 0.07
        numbers = (numbers * factor_between(FRACTION, unit)).round(_DIGITS)
    return numbers
