"""Objects within the rows of JSON, whose fields become columns: `address.city`."""

import re
from collections.abc import Collection
from typing import Any

from common.tables.json_columns import Numeral
from common.tables.layout import tidy_name

Row = dict[str, Any]

_DEEPEST = 4
"""Objects within objects that are opened."""
_MOST = 50
"""Fields in all rows of an object that has a column for each of them: others are keyed by a day,
or by an identifier."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


def flattened(row: Row, opened: Collection[str]) -> Row:
    """Return a row with the fields of the objects `opened` beside its own.

    What MongoDB wraps, `{"$numberLong": "5"}`, is the value in it.

    >>> flattened({"price": 5, "address": {"city": "Tula", "geo": {"lat": 54.2}}}, ["address"])
    {'price': 5, 'address.city': 'Tula', 'address.geo.lat': 54.2}
    >>> flattened({"date": {"$date": "2024-05-31"}, "geo": {"lat": 54.2}}, [])
    {'date': '2024-05-31', 'geo': {'lat': 54.2}}
    """
    flat: Row = {}
    for name, whole in row.items():
        value = _unwrapped(whole)
        if name not in opened:
            flat[name] = value
        elif isinstance(value, dict):
            flat |= _opened(name, value, _DEEPEST)
    return flat


class Nesting:
    """Tells by all rows which objects have a column for each of their fields.

    asked: tidy names of fields that are asked for as a whole.

    >>> nesting = Nesting(asked=())
    >>> nesting.add({"a": {"x": 1}, "b": {"x": 1}, "c": [1]})
    >>> nesting.add({"a": None, "b": "text"})
    >>> nesting.to_open()
    {'a'}
    """

    def __init__(self, asked: Collection[str]) -> None:
        self.asked = asked
        self._inner: dict[str, set[str]] = {}
        self._names: set[str] = set()
        self._plain: set[str] = set()

    def add(self, row: Row) -> None:
        """Look at one more row."""
        self._names.update(row)
        for name, value in row.items():
            if isinstance(value, dict):
                names = self._inner.setdefault(name, set())
                if len(names) <= _MOST:
                    names.update(_opened(name, value, _DEEPEST))
            elif value is not None:
                self._plain.add(name)  # an object here, a text there: one column of both

    def to_open(self) -> set[str]:
        """Return the objects that are columns, but for shapes on a map."""
        return {
            name
            for name, names in self._inner.items()
            if 0 < len(names) <= _MOST
            and name not in self._plain
            and name != "geometry"
            and tidy_name(name) not in self.asked
            and not names & self._names
        }


def _unwrapped(value: Any) -> Any:
    while isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$"):
        ((name, value),) = value.items()
        if name.startswith("$number") and _NUMBER.fullmatch(str(value)):
            value = Numeral(value)
    return value


def _opened(name: str, value: Row, depth: int) -> Row:
    found: Row = {}
    for inner, cell in value.items():
        own, cell = f"{name}.{inner}", _unwrapped(cell)
        if isinstance(cell, dict) and cell and depth > 1:
            found |= _opened(own, cell, depth - 1)
        else:
            found[own] = cell
    return found
