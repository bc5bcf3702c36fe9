"""Marks of a text table that stand for something else than they seem to: of cells, of quotation."""

import re
from collections.abc import Sequence
from pathlib import Path

from common.errors import UserError
from common.tables.layout import SEPARATORS, Layout


def holds_other_mark(cells: Sequence[str], layout: Layout) -> bool:
    """Whether most cells that are alone in their rows hold another separator.

    A comma stands in many a text: it would have to stand between as many cells as there are names.
    """
    for mark in set(SEPARATORS) - {layout.separator}:
        least, most = (layout.width - 1,) * 2 if mark == "," else (1, max(map(len, cells)))
        if sum(least <= cell.count(mark) <= most for cell in cells) > len(cells) / 2:
            return layout.width > 1
    return False


def refuse_strange_marks(path: Path, layout: Layout, text: str) -> None:
    """Refuse a header whose quotation marks enclose no cells: ` "area"`, or `'area'`."""
    header, row = [name.strip() for name in layout.header], layout.header_row
    marked = any(len(name) > 1 and name[0] == name[-1] == '"' for name in header[1:])
    lines = text.split("\n")[: row + sum(name.count("\n") for name in layout.header)]
    apart = re.compile(re.escape(layout.separator) + r'[^\S\t\n]+"')
    if layout.quoted and marked and any(map(apart.search, lines)):  # a name may have marks: """a"""
        raise UserError(
            f"{path}: row {row} has a space between {layout.separator!r} and a quotation mark; "
            "take such spaces out, for cells begin with their mark"
        )
    if len(header) > 1 and all(len(name) > 1 and name[0] == name[-1] == "'" for name in header):
        raise UserError(
            f"{path}: row {row} has cells in single quotation marks, expected double ones"
        )
