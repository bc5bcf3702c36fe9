"""Remarks that stand below a table: where it is from, who answers for it, how many rows it has."""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from common.tables.sums_of_rows import spells_numbers

_MOST, _FEWEST_COLUMNS = 10, 3
"""Rows at the end that may be remarks; columns that a table has of which a remark fills one."""
_WORDS, _APART = re.compile(r"[^\W\d_]{2}"), re.compile(r"[\s:]")
"""What words have: an identifier such as A-17 is none."""
_BEGINS = re.compile(
    r"\s*(?:\*|(?:sources?|notes?|remarks?|источники?|примечани[ея]|quellen?|anmerkung)\s*[:.]"
    r"|\(\d+ (?:rows?|records?|строк[аи]?|запис[ьией]+)\)\s*$)",
    re.IGNORECASE,
)
"""How a remark begins that says it is one."""


def remarks_below(
    frame: pd.DataFrame, as_text: Collection[str] = (), needed: Collection[str] = ()
) -> int:
    """Return how many rows at the end are remarks and no rows of the table.

    Such a row has one cell, of words that stand nowhere else in its column, where the others are
    filled. It may be a flat of which only the address is known; so the cell stands in the first
    column, or begins as remarks do, or rows are missing between the table and it, as the index has
    it. as_text: columns in which no remark is looked for. needed: nor in these, but where the
    cells above it are numbers, and it does not only stand in the first: `about 50` is an area.

    >>> rows = [["x", "a", 5], ["y", "b", 7], ["z", "c", 9], ["Source: a site", None, None]]
    >>> remarks_below(pd.DataFrame(rows, columns=list("abc")).convert_dtypes())
    1
    """
    if frame.shape[1] < _FEWEST_COLUMNS or len(frame) < 2:
        return 0
    end = frame.iloc[-_MOST:]
    filled = end.notna().to_numpy()
    numbers = end.index.to_numpy()
    count = 0
    for steps, place in enumerate(range(len(end) - 1, -1, -1), start=1):
        where = np.flatnonzero(filled[place])
        if len(where) != 1 or frame.columns[where[0]] in as_text:
            break
        column = frame.iloc[:, int(where[0])]
        is_needed = column.name in needed
        if is_needed and not spells_numbers(column.iloc[: len(frame) - steps]):
            break
        cell = end.iat[place, int(where[0])]
        if is_needed and spells_numbers(column.iloc[len(frame) - steps :].iloc[:1]):
            break  # `45 кв. м`: a flat of which this alone is known
        if not isinstance(cell, str) or not (_WORDS.search(cell) and _APART.search(cell)):
            break
        if int((column == cell).sum()) > 1:
            break
        is_apart = place > 0 and numbers[place] - numbers[place - 1] > 1
        says_so = (where[0] == 0 and not is_needed) or _BEGINS.match(cell)
        if is_apart or (says_so and count == steps - 1):
            count = steps
    table = frame.iloc[: len(frame) - count].tail(_MOST * _MOST)
    if not count or not len(table):
        return 0
    return count if table.notna().sum(axis=1).median() >= _FEWEST_COLUMNS else 0
