"""Which decimal mark the columns of a table have, by their cells."""

import re
from collections import Counter

from common.tables.number_parsing import decide_decimal, read_numeral

ENOUGH = 300
"""So many cells with a comma or a point in them settle which one a column's decimal mark is."""


def find_decimals(columns: list[list[str]], separator: str) -> tuple[tuple[str, ...], str | None]:
    """Each column's decimal mark: from its own cells, else as the file has it, else a guess.

    The guess only matters for cells such as `1,250`. A file whose cells are set apart by `;` most
    likely is so because the comma is its decimal mark.
    """
    telling = [[cell for cell in column if "," in cell or "." in cell] for column in columns]
    own = [_decimal_of(column, marked) for column, marked in zip(columns, telling, strict=True)]
    votes = Counter(mark for mark in own if mark)
    decimal = max(votes, key=votes.__getitem__) if votes else None
    guesses = [
        "," if separator == ";" and any("," in cell for cell in column) else "."
        for column in telling
    ]
    marks = tuple(mark or decimal or guess for mark, guess in zip(own, guesses, strict=True))
    return marks, decimal


def _decimal_of(column: list[str], marked: list[str]) -> str | None:
    """Decide by the cells of a column that have a mark, and by the whole numbers beside them."""
    numerals = [read_numeral(cell) for cell in marked[:ENOUGH]]
    found = decide_decimal(numerals)
    if found or not any(numerals):
        return found
    return decide_decimal([*numerals, *(read_numeral(cell) for cell in column[:ENOUGH])])


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
