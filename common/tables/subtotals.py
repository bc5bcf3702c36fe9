"""Rows that sum up the rows of a group, above or below it, as accounting programs lay them out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


def rows_of_sums(rows: Sequence[Sequence[Any]], levels: Mapping[int, int], top: int) -> list[int]:
    """Return the rows below `top` that hold the sums of the group next to them.

    A group is rows that lie deeper in the sheet's outline. Its sum may stand above or below it; of
    groups within groups it is that of the inner sums.

    >>> rows_of_sums([["a"], ["north", 12], [None, 5], [None, 7], ["south", 9]], {2: 1, 3: 1}, 0)
    [1]
    """
    if not levels:
        return []
    found = []
    for number in range(top + 1, len(rows)):
        groups = (_group(rows, levels, number, step, top) for step in (1, -1))
        if any(_is_sum(rows[number], group) for group in groups):
            found.append(number)
    return found


def _group(
    rows: Sequence[Sequence[Any]], levels: Mapping[int, int], number: int, step: int, top: int
) -> list[Sequence[Any]]:
    """Return the rows of the group that follows a row, or comes before it, one level deeper."""
    own, members = levels.get(number, 0), []
    place = number + step
    while top < place < len(rows) and levels.get(place, 0) > own:
        members.append(place)
        place += step
    depth = min((levels[member] for member in members), default=0)
    return [rows[member] for member in members if levels[member] == depth]


def _is_sum(row: Sequence[Any], group: Sequence[Sequence[Any]]) -> bool:
    """Whether in some column a row holds the sum of a group, of two rows or more."""
    for place, cell in enumerate(row):
        if not _is_number(cell) or not cell:
            continue
        cells = [other[place] for other in group if place < len(other) and _is_number(other[place])]
        if len(cells) > 1 and math.isclose(cell, math.fsum(cells), rel_tol=1e-9):
            return True
    return False


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
