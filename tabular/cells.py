"""Cells that hold several numbers, such as a floor and the floors of its house, or a unit."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from common.tables.frames import SHARES
from common.tables.measure_columns import parse_measures, parse_parts, read_columns
from common.tables.units import FRACTION, factor_between
from tabular.columns import Column

_DIGITS = 10
"""Digits behind the mark that percents keep: 0.07 times 100 is 7.000000000000001."""
TURNED = 0.02
"""Share of the pairs up to which those that are turned round are slips."""
_PLACE_NAME = re.compile(
    r"coord|координ|location|geo|gps|point|lat.?lo?n|\b(?:ll|loc)\b", re.IGNORECASE
)


def find_compound(frame: pd.DataFrame) -> dict[str, int]:
    """Return the columns of text whose cells hold several numbers each, and how many they hold.

    >>> find_compound(pd.DataFrame({"floor": ["3/9", "4 из 17"], "house": ["5/2", "5а"]}))
    {'floor': 2}
    """
    texts = frame.select_dtypes(include=["object", "string", "category"])
    parsed = {str(name): parse_parts(texts[name].astype(object)) for name in texts}
    return {name: len(parts) for name, parts in parsed.items() if parts is not None}


def parts_of(name: str, count: int) -> list[str]:
    """Return the names of the columns that a column of `count` numbers is taken apart into.

    >>> parts_of("floor", 2), parts_of("coords", 2)
    (['floor (first)', 'floor (second)'], ['coords lat', 'coords lon'])
    """
    if count == 2 and _PLACE_NAME.search(name):
        return [f"{name} lat", f"{name} lon"]
    return [f"{name} ({place})" for place in ("first", "second", "third")[:count]]


def take_apart(frame: pd.DataFrame, compound: Mapping[str, int]) -> pd.DataFrame:
    """Return a frame with columns of numbers in the place of each that holds several in a cell."""
    for name, count in compound.items():
        parts = read_columns(frame[name].astype(object), count)
        taken = pd.DataFrame(dict(zip(parts_of(name, count), parts, strict=True)), frame.index)
        taken.attrs = frame.attrs  # else what is joined has none
        place = list(frame.columns).index(name)
        frame = pd.concat([frame.iloc[:, :place], taken, frame.iloc[:, place + 1 :]], axis=1)
    return frame


def pairs_in_order(frame: pd.DataFrame, compound: Mapping[str, int]) -> list[str]:
    """Return the pairs of which the first number is hardly ever above the second: `3/9`.

    >>> pairs = pd.DataFrame({"floor (first)": [3, 4, 5], "floor (second)": [9, 4, 17]})
    >>> pairs_in_order(pairs, {"floor": 2})
    ['floor']
    """
    return [
        name
        for name, count in compound.items()
        if count == 2 and len(frame) and turned_pairs(frame, name).mean() <= TURNED
    ]


def turned_pairs(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return the rows in which the first number of a pair is above the second, (n,) bool."""
    first, second = (frame[part].to_numpy(dtype=np.float64) for part in parts_of(name, 2))
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
