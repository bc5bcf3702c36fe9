"""Cells that hold two numbers, such as a floor and the floors of its house, or one with a unit."""

import re
from collections.abc import Iterable

import pandas as pd

from common.tables.measures import parse_measures, parse_pairs, read_pairs
from tabular.columns import Column

_PLACE_NAME = re.compile(r"coord|координ|location|geo|gps|point|lat.?lo?n|\bll\b", re.IGNORECASE)


def find_pairs(frame: pd.DataFrame) -> list[str]:
    """Return the columns of text whose cells hold two numbers each, such as `3/9`.

    >>> find_pairs(pd.DataFrame({"floor": ["3/9", "4 из 17"], "house": ["5/2", "5а"]}))
    ['floor']
    """
    texts = frame.select_dtypes(include=["object", "string", "category"])
    return [str(name) for name in texts if parse_pairs(texts[name].astype(object)) is not None]


def parts_of(name: str) -> tuple[str, str]:
    """Return the names of the two columns that a column of pairs is taken apart into.

    >>> parts_of("floor"), parts_of("coords")
    (('floor (first)', 'floor (second)'), ('coords lat', 'coords lon'))
    """
    if _PLACE_NAME.search(name):
        return f"{name} lat", f"{name} lon"
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


def in_units(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return a frame in which columns that have a unit are numbers; what it cannot be is NaN.

    >>> area = Column("area", "number", "30 to 45 м²", unit="м²")
    >>> in_units(pd.DataFrame({"area": ["45 кв. м", "7 мин"]}), [area])["area"].tolist()
    [45.0, nan]
    """
    return frame.assign(
        **{
            column.name: parse_measures(frame[column.name], unit=column.unit).values
            for column in columns
            if column.unit and column.name in frame.columns
        }
    )
