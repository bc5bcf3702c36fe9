"""Objects within the rows of JSON, whose fields become columns: `address.city`."""

import re
from collections.abc import Collection, Iterable
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


def flattened(row: Row, closed: Iterable[str]) -> Row:
    """Return a row whose objects are opened: their fields stand beside its own.

    closed: fields of the row that stay as they are. Where a field has the name that one of an
    object would have, the object stays too. What MongoDB wraps, `{"$numberLong": "5"}`, is the
    value in it.

    >>> flattened({"price": 5, "address": {"city": "Tula", "geo": {"lat": 54.2}}}, ())
    {'price': 5, 'address.city': 'Tula', 'address.geo.lat': 54.2}
    >>> flattened({"date": {"$date": "2024-05-31"}, "geo": {"lat": 54.2}}, ["geo"])
    {'date': '2024-05-31', 'geo': {'lat': 54.2}}
    """
    flat: Row = {}
    for name, whole in row.items():
        value = _unwrapped(whole)
        opened = _opened(name, value, _DEEPEST) if isinstance(value, dict) and value else {}
        if not opened or name in closed or (opened.keys() & row.keys()):
            flat[name] = value
        else:
            flat |= opened
    return flat


def fields_to_keep(rows: list[Row], asked: Collection[str]) -> set[str]:
    """Return the fields whose objects are no columns: those asked for as a whole, by their tidy
    names, and those with too many different fields."""
    inner: dict[str, set[str]] = {}
    kept = set()
    for row in rows:
        for name, value in row.items():
            if isinstance(value, dict):
                inner.setdefault(name, set()).update(_opened(name, value, _DEEPEST))
            elif value is not None:
                kept.add(name)  # an object here, a text there: one column of both
    return {
        name
        for name, names in inner.items()
        if name in kept or len(names) > _MOST or tidy_name(name) in asked or name == "geometry"
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
