"""Rows that sum up the rows of a group, above or below it, as accounting programs lay them out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from common.tables.frames import says_total


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
    """Whether a row holds the sums of a group, of two rows or more, in all columns of numbers.

    One such column alone could be by chance: a flat of three rooms above flats of one and of two.
    Then the row has nothing else of its own that a flat has.
    """
    sums = 0
    for place, cell in enumerate(row):
        if not _is_number(cell):
            continue
        cells = [other[place] for other in group if place < len(other) and _is_number(other[place])]
        total = math.fsum(cells)
        if len(cells) < 2 or not (cell or total):
            continue
        if not math.isclose(cell, total, rel_tol=1e-9):
            return False
        sums += 1
    return sums > 1 or (sums == 1 and _is_bare(row, group))


def _is_bare(row: Sequence[Any], group: Sequence[Sequence[Any]]) -> bool:
    """Whether a row has one number and, where the rows of its group have texts, at most "total"."""
    if sum(map(_is_number, row)) > 1:
        return False
    return all(
        cell is None or _is_number(cell) or says_total(str(cell))
        for place, cell in enumerate(row)
        if any(place < len(other) and other[place] is not None for other in group)
    )


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
