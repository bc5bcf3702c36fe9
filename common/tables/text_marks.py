"""Marks of a text table that stand for something else than they seem to: of cells, of quotation."""

import re
from collections.abc import Sequence
from pathlib import Path

from common.errors import UserError
from common.tables.layout import SEPARATORS, Layout


def holds_other_mark(cells: Sequence[str], layout: Layout) -> bool:
    """Whether most cells that are alone in their rows hold another separator.

    A comma, and a space, stand in many a text: those without one would have to stand between as
    many cells as there are names.
    """
    if layout.width < 2:
        return False
    for mark in set(SEPARATORS) - {layout.separator}:
        if mark == ",":
            holding = [cell.count(",") - cell.count(", ") == layout.width - 1 for cell in cells]
        else:
            holding = [mark in cell for cell in cells]
        if sum(holding) > len(cells) / 2:
            return True
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
