"""Reading JSON Lines, an object in each line, and JSON that is a list of objects, or holds one."""

import itertools
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from common.encodings import detect_encoding
from common.errors import UserError
from common.json_objects import FieldTwiceError, object_of
from common.tables.frames import TableFormat, build_frame
from common.tables.json_columns import JsonColumn, Numeral
from common.tables.json_nesting import Nesting, flattened, note_on_pages, open_blank
from common.tables.layout import Wanted, tidy_name

_BEGINNING = 1 << 16
_OBJECT = re.compile(
    r"[\ufeff\s]*(?P<list>\[)?\s*(?:\{\s*(?:\"(?:[^\"\\]|\\.)*\"\s*:|\})|(?<=\[)\s*\[\s*\")",
    re.DOTALL,
)
_DEEPEST = 4
"""Objects within objects in which rows are looked for."""
_LINES = (".jsonl", ".ndjson")
_BLOCK = 5_000
"""Rows that are objects at a time."""


def looks_like_json(start: bytes) -> bool:
    """Whether a file begins with an object, or with a list of them, or with one of lists.

    >>> looks_like_json(b'{"text": "a"}'), looks_like_json(b'{"text"},{"label"}')
    (True, False)
    """
    if b"{" not in start and not re.match(rb"[\xef\xbb\xbf\s]*\[\s*\[", start):
        return False
    return bool(_OBJECT.match(start.decode(detect_encoding(start), errors="replace")))


def read_json_table(path: Path, wanted: Wanted) -> tuple[pd.DataFrame, TableFormat, list[str]]:
    """Return the frame of a file of objects, each a row, the format, and notes.

    Numbers, text and true or false keep their kind. Fields of an object within a row are columns,
    `address.city`; lists stay JSON, as text, and so do objects keyed by something that differs from
    row to row. A row's number is that of its line; in a list, that of the object. A file of lines
    is read a block of them at a time, and once more where objects are opened; a list is one value,
    and lies in memory as a whole.

    Raises:
        UserError: a line is no object.
    """
    with path.open("rb") as file:
        encoding = detect_encoding(file.read(_BEGINNING))
    marked = "utf-8-sig" if encoding == "utf-8" else encoding
    objects = _objects(path, marked)
    beginning = list(itertools.islice(objects, 2))
    where = ""
    if len(beginning) == 1 and (inner := _inner_rows(beginning[0][1], wanted)):
        where, rows = inner
    if where and _is_row_itself(beginning[0][1], rows, path, wanted):
        where = ""
    asked = {tidy_name(name) for name in (*wanted.names, *wanted.as_text)}
    nesting = Nesting(asked)
    objects = iter(enumerate(rows, 1)) if where else itertools.chain(beginning, objects)
    columns, numbers, widths, shapes = _gathered(objects, nesting)
    if opened := nesting.to_open():
        del columns
        objects = iter(enumerate(rows, 1)) if where else _objects(path, marked)
        columns, numbers, widths, shapes = _gathered(objects, nesting, opened)
    open_blank(columns, asked, len(numbers))
    names = list(columns)
    nested = [name for name, column in columns.items() if column.is_nested]
    series = [columns.pop(name).series(written=wanted.stays_text(name)) for name in names]
    frame, notes = build_frame(names, series, numbers, wanted.stays_text)
    if where:
        notes.append(f"rows taken from {where}")
        notes += note_on_pages(beginning[0][1], len(numbers))
    if shapes:
        notes.append(f"shapes on the map stay JSON, as text, for they are no points: {shapes:,}")
    if nested:
        shown = ", ".join(map(repr, nested[:5])) + (", …" if len(nested) > 5 else "")
        notes.append(f"fields that hold lists or objects stay JSON, as text: {shown}")
    if gaps := int((widths < len(names)).sum()):
        notes.append(f"rows without some of the fields: {gaps:,}; these are missing there")
    return frame, TableFormat("json", encoding=encoding), notes


def _gathered(
    objects: Iterator[tuple[int, dict[str, Any]]], nesting: Nesting, opened: Collection[str] = ()
) -> tuple[dict[str, JsonColumn], np.ndarray, np.ndarray, int]:
    """Return the columns of all rows, the rows' numbers, how many fields each has, and how many
    rows hold a shape on the map."""
    columns: dict[str, JsonColumn] = {}
    numbers, widths, shapes = [np.zeros(0, int)], [np.zeros(0, int)], 0
    while block := list(itertools.islice(objects, _BLOCK)):
        block = [(number, flattened(row, opened)) for number, row in block]
        for name in itertools.chain.from_iterable(row for _, row in block):
            if name not in columns:
                columns[name] = JsonColumn(above=sum(map(len, numbers)))
        for name, column in columns.items():
            column.add([row.get(name) for _, row in block])
        for _, row in () if opened else block:
            nesting.add(row)
        numbers.append(np.array([number for number, _ in block], int))
        widths.append(np.array([len(row) for _, row in block], int))
        shapes += sum(isinstance(row.get("geometry"), dict) for _, row in block)
    return columns, np.concatenate(numbers), np.concatenate(widths), shapes


def _is_row_itself(
    whole: dict[str, Any], rows: list[dict[str, Any]], path: Path, wanted: Wanted
) -> bool:
    """Whether the one object of a file is a flat with a list in it, and not what holds the flats.

    It is if it has more of the wanted columns than the rows inside; and in a file of JSON Lines,
    that happens to have one, if it has any plain value.
    """
    fields = {**whole, **flattened(whole, whole)}
    plain = {
        tidy_name(name) for name, value in fields.items() if not isinstance(value, list | dict)
    }
    names = {tidy_name(name) for name in wanted.names}
    inner = {tidy_name(name) for row in rows for name in (*row, *flattened(row, row))}
    if names:
        return len(names & plain) > len(names & inner)
    return bool(plain) and path.suffix.lower() in _LINES


def _inner_rows(
    whole: dict[str, Any], wanted: Wanted, depth: int = 1
) -> tuple[str, list[dict[str, Any]]] | None:
    """Return the rows within one object, and where they are; None where it is a row itself.

    They may be a list among its fields, or among those of a field; features on a map; lists of
    cells beside a list of their columns; or its fields may be the rows, or the columns.
    """
    names, cells = whole.get("columns"), whole.get("data")
    if isinstance(names, list) and _are_lists_of(cells, len(names)):
        rows = [dict(zip(_unlike(names), row, strict=True)) for row in cells or ()]
        return "the field 'data', named by 'columns'", rows
    lists = {
        name: value
        for name, value in whole.items()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    }
    if whole.keys() == {"schema", "data"}:  # the frame of a table, with kinds of its columns
        lists.pop("schema", None)
    if len(lists) == 1:
        ((name, rows),) = lists.items()
        if name == "features" and all("properties" in row for row in rows):
            return "the features of a map", [_feature(row) for row in rows]
        return f"the field {name!r}", rows
    if len(lists) > 1 and wanted.names:  # the flats, and beside them the filters they were found by
        lists = {name: rows for name, rows in lists.items() if _have(rows, wanted)}
        if len(lists) == 1:
            ((name, rows),) = lists.items()
            return f"the field {name!r}", rows
    across = _across(whole, wanted) if depth == 1 else None
    if across and _have(across[1], wanted):
        return across
    inner = [value for value in whole.values() if isinstance(value, dict)]
    if not lists and depth < _DEEPEST:
        deeper = [found for value in inner if (found := _inner_rows(value, wanted, depth + 1))]
        if len(inner) > 1:  # one of them may hold the photos of a flat, and links beside the flats
            deeper = [found for found in deeper if wanted.names and _have(found[1], wanted)]
        if len(deeper) == 1:
            return deeper[0]
    return across


def _across(whole: dict[str, Any], wanted: Wanted) -> tuple[str, list[dict[str, Any]]] | None:
    """Return the rows where the fields of an object are these, or are their columns."""
    columns = list(whole.values())
    if len(columns) < 2 or {type(column) for column in columns} not in ({list}, {dict}):
        return None
    keys = [list(column) if isinstance(column, dict) else range(len(column)) for column in columns]
    if isinstance(columns[0], dict) and _are_rows(whole, wanted):
        return "fields that are rows", columns
    if len(keys[0]) < 2 or any(list(own) != list(keys[0]) for own in keys):
        return None
    rows = [{name: column[key] for name, column in whole.items()} for key in keys[0]]
    return "fields that are columns", rows


def _have(rows: list[dict[str, Any]], wanted: Wanted) -> bool:
    """Whether rows have all the wanted fields, be it within objects."""
    found = {tidy_name(name) for row in rows for name in (*row, *flattened(row, row))}
    return {tidy_name(name) for name in wanted.names} <= found


def _are_lists_of(cells: Any, width: int) -> bool:
    """Whether something is rows of so many cells each."""
    if not isinstance(cells, list) or not cells:
        return False
    return all(isinstance(row, list) and len(row) == width for row in cells)


def _are_rows(whole: dict[str, dict[str, Any]], wanted: Wanted) -> bool:
    """Whether the fields of an object are rows by their numbers, and not columns."""
    if wanted.names:
        return all(set(wanted.names) <= row.keys() for row in whole.values())
    inner = {name for row in whole.values() for name in row}
    return all(map(str.isdigit, whole)) and not any(map(str.isdigit, inner))


def _feature(feature: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a feature of GeoJSON, with its place if that is a point."""
    row = dict(feature["properties"] or {})
    geometry = feature.get("geometry") or {}
    if geometry.get("type") == "Point" and len(geometry.get("coordinates") or []) >= 2:
        row |= dict(zip(("lon", "lat"), geometry["coordinates"][:2], strict=True))
    elif geometry:
        row["geometry"] = geometry
    return row


def _rows_of_lists(whole: Any) -> Any:
    """Return a list of lists, of which the first names the columns, as a list of objects."""
    if not isinstance(whole, list) or not all(isinstance(row, list) for row in whole):
        return whole
    names, *rows = whole
    if not all(type(name) is str for name in names) or any(len(r) > len(names) for r in rows):
        return whole  # a number is a Numeral, and no name
    return [dict(itertools.zip_longest(_unlike(names), row)) for row in rows]


def _unlike(names: list[Any]) -> list[str]:
    """Return names of columns, so that none is another's: a.1 is the second a.

    >>> _unlike(["a", "b", "a"])
    ['a', 'b', 'a.1']
    """
    own: list[str] = []
    for name in map(str, names):
        numbered = (f"{name}.{number}" for number in itertools.count(1))
        own.append(name if name not in own else next(n for n in numbered if n not in own))
    return own


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding=encoding) as file:
            match = _OBJECT.match(file.read(_BEGINNING))
            file.seek(0)
            one = _is_one_object(file.readline(), file.readline())
            file.seek(0)
            if match and (match["list"] or one):
                whole = _parsed(file.read(), path, "the object" if one else "the list")
                whole = [whole] if one else _rows_of_lists(whole)
                values: Iterator[tuple[int, Any]] = enumerate(whole, 1)
            else:
                # Files that were joined have marks of their encoding within.
                bare = (line.strip("\ufeff \t\r\n") for line in file)
                lines = ((number, line) for number, line in enumerate(bare, 1) if line)
                values = ((number, _parsed(line, path, f"line {number}")) for number, line in lines)
            for number, value in values:
                if not isinstance(value, dict):
                    raise UserError(f"{path}: row {number} of the JSON is no object of fields")
                yield number, value
    except UnicodeError:
        raise UserError(f"{path}: not {encoding} throughout; save it again as UTF-8") from None


def _is_one_object(line: str, following: str) -> bool:
    """Whether an object goes over several lines, as programs write it for people to read."""
    if not line.lstrip("\ufeff \t").startswith("{") or not following.strip():
        return False
    try:
        json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return not following.lstrip().startswith("{")
    return False


def _parsed(text: str, path: Path, where: str) -> Any:
    try:
        return json.loads(
            text,
            parse_float=Numeral,
            parse_int=Numeral,
            parse_constant=lambda _: None,
            object_pairs_hook=object_of,
        )
    except FieldTwiceError as error:
        raise UserError(
            f"{path}: {where} has an object with two fields {str(error)!r}, and nothing tells "
            "which of them counts; give each a name of its own"
        ) from None
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "too deeply nested")
        raise UserError(
            f"{path}: {where} is not sound JSON ({reason}); expected an object in each line, such "
            'as {"text": "…", "label": "…"}, or a list of objects'
        ) from None
