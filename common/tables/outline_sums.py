"""Rows of a workbook that sum up the groups of its outline."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from common.tables.total_rows import says_total

_PART = re.compile(
    r"\s*(комната|комн\.|кухня|спальня|гостиная|балкон|санузел|room|(?:bed|bath)room|kitchen)\b",
    re.IGNORECASE,
)
"""A part of a flat: what sums up such rows is the flat."""


def rows_of_sums(
    rows: Sequence[Sequence[Any]],
    levels: Mapping[int, int],
    top: int,
    gone: Collection[int] = (),
) -> list[int]:
    """Return the rows below `top` that hold the sums of the group next to them.

    A group is rows that lie deeper in the sheet's outline. Its sum may stand above or below it; of
    groups within groups it is that of the inner sums. Where the whole group is `gone`, its sum is
    what is left of it, and none of these.

    >>> rows_of_sums([["a"], ["north", 12], [None, 5], [None, 7], ["south", 9]], {2: 1, 3: 1}, 0)
    [1]
    """
    if not levels:
        return []
    found = []
    for number in range(top + 1, len(rows)):
        for step in (1, -1):
            group = _group(levels, number, step, range(top + 1, len(rows)))
            left = any(member not in gone for member in group)
            if left and _is_sum(rows[number], [rows[member] for member in group]):
                found.append(number)
                break
    return found


def _group(levels: Mapping[int, int], number: int, step: int, within: range) -> list[int]:
    """Return the rows of the group that follows a row, or comes before it, one level deeper."""
    own, members = levels.get(number, 0), []
    place = number + step
    while place in within and levels.get(place, 0) > own:
        members.append(place)
        place += step
    depth = min((levels[member] for member in members), default=0)
    return [member for member in members if levels[member] == depth]


def _is_sum(row: Sequence[Any], group: Sequence[Sequence[Any]]) -> bool:
    """Whether a row holds the sums of a group, of two rows or more, in all columns of numbers.

    One such column alone could be by chance: a flat of three rooms above flats of one and of two.
    Then the row has nothing else of its own that a flat has. A flat is the sum of its rooms, and
    stays.
    """
    if any(isinstance(cell, str) and _PART.match(cell) for other in group for cell in other):
        return False
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
