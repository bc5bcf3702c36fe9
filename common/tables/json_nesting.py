"""Objects within the rows of JSON, whose fields become columns: `address.city`."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from common.tables.json_columns import JsonColumn, Numeral
from common.tables.layout import tidy_name

Row = dict[str, Any]

_DEEPEST = 4
"""Objects within objects that are opened."""
_MOST = 50
"""Fields in all rows of an object that has a column for each of them: others are keyed by a day,
or by an identifier."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_NO_NUMBER = ("NaN", "Infinity", "-Infinity")
_COUNT = re.compile(r"(?:total|num)?_?(?:count|rows|results|items|hits|elements|found)", re.I)
"""How an API calls the number of all rows, of which a file may hold one page."""
_PAGE = re.compile(r"page|limit|offset|next", re.I)
"""What stands beside a bare `total` that counts rows: without it, that is rather a sum of money."""
_MILLISECONDS = re.compile(r"-?\d{1,15}")
_MONGODB = {
    *("$oid", "$date", "$uuid", "$symbol", "$code", "$undefined"),
    *("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"),
}


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
            for inner, cell in _opened(name, value, _DEEPEST):
                if inner not in opened or cell not in (None, {}):
                    flat[inner] = cell
    return flat


def open_blank(columns: dict[str, JsonColumn], asked: Collection[str], rows: int) -> None:
    """Put the fields that are asked for in place of an object that is null or {} in all rows.

    columns: by their names. asked: tidy names. rows: how many the table has.
    """
    blank = {tidy_name(name): name for name, column in columns.items() if column.is_blank}
    missing = sorted(set(asked) - set(map(tidy_name, columns)))
    for name in missing:
        *outer, _ = itertools.accumulate(name.split("."), "{}.{}".format)
        held = [one for one in outer if one in blank and one not in asked]
        if held:
            columns.pop(blank[held[0]], None)
            columns[name] = JsonColumn(above=rows)


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
        self._filled: set[str] = set()
        self._names: set[str] = set()
        self._plain: set[str] = set()

    def add(self, row: Row) -> None:
        """Look at one more row."""
        self._names.update(row)
        for name, value in row.items():
            if isinstance(value, dict):
                names = self._inner.setdefault(name, set())
                if len(names) <= _MOST:
                    fields = list(_opened(name, value, _DEEPEST))
                    names.update(inner for inner, _ in fields)
                    self._filled.update(inner for inner, cell in fields if cell not in (None, {}))
                    if len(dict(fields)) < len(fields):  # two of one name: a value would be lost
                        self._plain.add(name)
            elif value is not None:
                self._plain.add(name)  # an object here, a text there: one column of both

    def to_open(self) -> set[str]:
        """Return the objects that are columns, but for shapes on a map, and those within them."""
        found = {
            name: names
            for name, names in self._inner.items()
            if 0 < len(names) <= _MOST
            and name not in self._plain
            and name != "geometry"
            and tidy_name(name) not in self.asked
            and not names & self._names
        }
        often = Counter(itertools.chain.from_iterable(found.values()))
        found = {name: own for name, own in found.items() if all(often[one] == 1 for one in own)}
        fields = set(itertools.chain.from_iterable(found.values()))
        blank = fields - self._filled
        within = {one for one in blank if any(other.startswith(f"{one}.") for other in fields)}
        return {*found, *within}


def _unwrapped(value: Any) -> Any:
    if not isinstance(value, dict) or len(value) != 1 or not _MONGODB & value.keys():
        return value
    ((name, inner),) = value.items()
    if name == "$date" and isinstance(inner, dict):
        inner = inner.get("$numberLong", inner)
    if name == "$undefined" or (name.startswith("$number") and inner in _NO_NUMBER):
        return None
    if name == "$date" and _MILLISECONDS.fullmatch(str(inner)):
        return f"{np.datetime64(int(inner), 'ms')}Z"
    if name.startswith("$number") and _NUMBER.fullmatch(str(inner)):
        return Numeral(inner)
    return inner


def _opened(name: str, value: Row, depth: int) -> Iterator[tuple[str, Any]]:
    for inner, cell in value.items():
        own, cell = f"{name}.{inner}", _unwrapped(cell)
        if isinstance(cell, dict) and cell and depth > 1:
            yield from _opened(own, cell, depth - 1)
        else:
            yield own, cell


def note_on_pages(whole: Row, rows: int) -> list[str]:
    """Say that the object around rows speaks of more of them than there are.

    >>> note_on_pages({"count": Numeral("250"), "results": [{}]}, 1)
    ["the file holds 1 of the 250 rows that its field 'count' names: is it one page of several?"]
    """
    inner = [(f"{name}.", field) for name, field in whole.items() if isinstance(field, dict)]
    fields = [
        (place + name, value)
        for place, one in [("", whole), *inner]
        for name, value in one.items()
        if _COUNT.fullmatch(name) or (name.lower() == "total" and any(map(_PAGE.search, one)))
    ]
    for name, value in fields:
        if isinstance(value, Numeral) and value.isdigit() and int(value) > rows:
            return [
                f"the file holds {rows:,} of the {int(value):,} rows that its field {name!r} "
                "names: is it one page of several?"
            ]
    return []
