"""Which decimal mark the columns of a table have, by their cells."""

import re
from collections import Counter
from collections.abc import Sequence

from common.tables.number_parsing import decide_decimal, read_numeral

ENOUGH = 300
"""So many cells with a comma or a point in them settle which one a column's decimal mark is."""
_LEAST_WHOLE = 0.1
"""Share of whole numbers below a thousand that tells thousands from decimals."""


def find_decimals(
    columns: Sequence[Sequence[str]], separator: str
) -> tuple[tuple[str, ...], str | None]:
    """Each column's decimal mark: from its own cells, else as the file has it, else a guess.

    The guess only matters for cells such as `1,250`. A file whose cells are set apart by `;` most
    likely is so because the comma is its decimal mark. Otherwise the whole numbers beside may tell.
    No guess says anything of other columns.

    >>> find_decimals([["2.100", "850"], ["1.250", "0"]], "\\t")
    ((',', '.'), None)
    """
    telling = [[cell for cell in column if "," in cell or "." in cell] for column in columns]
    own = [decide_decimal(map(read_numeral, marked[:ENOUGH])) for marked in telling]
    votes = Counter(mark for mark in own if mark)
    decimal = max(votes, key=votes.__getitem__) if votes else None
    guesses = [
        ","
        if separator == ";" and any("," in cell for cell in marked)
        else _guess_by_whole(column[:ENOUGH]) or "."
        for column, marked in zip(columns, telling, strict=True)
    ]
    marks = tuple(mark or decimal or guess for mark, guess in zip(own, guesses, strict=True))
    return marks, decimal


def _guess_by_whole(column: Sequence[str]) -> str | None:
    """Guess by the whole numbers beside cells that can be read both ways; None if they do not tell.

    `2.100` beside `850`, and no whole number of four digits, are thousands: who writes the zeros
    of 2.100 writes 850.000. Only where it makes one order of what would lie far apart: with a
    point all numbers with a mark would be smaller than all without one. `0` tells nothing.
    """
    numerals = [numeral for cell in column if (numeral := read_numeral(cell))]
    both = [one for one in numerals if one.if_point != one.if_comma]
    whole = [abs(one.if_point) for one in numerals if one.if_point == one.if_comma != 0]
    if not both or len(whole) < _LEAST_WHOLE * len(both) or max(whole) >= 1000:
        return None
    marks = {"," if abs(one.if_comma) > abs(one.if_point) else "." for one in both}
    large = [max(abs(one.if_comma), abs(one.if_point)) for one in both]
    small = [min(abs(one.if_comma), abs(one.if_point)) for one in both]
    one_order = min(whole) >= 100 and max(small) < min(whole) and min(large) <= 10 * max(whole)
    ends_in_zero = any(number % 10 == 0 for number in large)
    is_whole = all(number % 1 == 0 for number in whole)
    return marks.pop() if one_order and ends_in_zero and is_whole and len(marks) == 1 else None


def read_either_way(column: list[str]) -> str | None:
    """Return the first cell of a column all of whose cells are thousands or have three decimals.

    >>> read_either_way(["950.000", "", "970.500"]), read_either_way(["950.000", "97.5"])
    ('950.000', None)
    """
    known = [cell for cell in column[:ENOUGH] if cell]
    if not known or not re.search("[.,]", known[0]):
        return None
    numerals = [read_numeral(cell) for cell in known]
    both = [one for one in numerals if one and one.if_point != one.if_comma and not one.evidence]
    return known[0] if len(both) == len(known) else None
