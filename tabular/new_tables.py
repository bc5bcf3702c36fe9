"""What is said of a table that a network is to price: what it does not know, what looks wrong."""

import numpy as np
import pandas as pd

from common.errors import UserError
from common.i18n import count_of
from common.pipeline import Pipeline
from common.tables.units import FRACTION
from tabular.cells import turned_pairs
from tabular.column_notes import Unread, unread
from tabular.data import normalized_columns
from tabular.price_table import PriceTable, ReadTable

MOST_UNREAD = 0.05
"""Share of a column's cells that may be unreadable before pricing without them is refused."""
MANY_TINY = 0.05
"""Share of them from which on numbers far too small look to be in another unit."""


def unpriced(frame: pd.DataFrame) -> PriceTable:
    """Return a table whose prices nobody knows."""
    return PriceTable(normalized_columns(frame), np.ones(len(frame)))


def remarks_on(pipeline: Pipeline, frame: pd.DataFrame, *, lenient: bool = False) -> list[str]:
    """Return what a person should know of a table before its prices are believed, a line each.

    Raises:
        UserError: more than MOST_UNREAD of a column that training read cannot be read here.
    """
    examples = unpriced(frame)
    read = pipeline.preprocessing.read(examples)
    return remarks_on_read(pipeline, examples, read, lenient=lenient)


def remarks_on_read(
    pipeline: Pipeline, examples: PriceTable, read: ReadTable, *, lenient: bool
) -> list[str]:
    """Return the remarks on a table, and on what was read of it; see `remarks_on`."""
    remarks: list[str] = []
    prepared = pipeline.preprocessing
    for column in unread(prepared, examples, read):
        remarks += _remarks_on_column(column, len(examples), lenient=lenient)
    for name in prepared.in_order:
        cells = examples.frame[name][turned_pairs(read.frame, prepared.compound[name])]
        if count := len(cells):
            remarks.append(
                f"column {name!r}: {count:,} of {len(read):,} cells have the first number above "
                f"the second, in training hardly any; {_first(cells)}"
            )
    if count := len(rows := prepared.without_place(read)):
        remarks.append(
            f"{count_of(count, 'row')} without coordinates, priced as if in the centre, "
            f"the first is row {rows[0]}"
        )
    return list(dict.fromkeys(remarks))


def _remarks_on_column(column: Unread, rows: int, *, lenient: bool) -> list[str]:
    """Return the remarks on a column of a table of so many rows."""
    remarks: list[str] = []
    if count := len(column.either_way):
        order = "month" if column.kind == "date_month_first" else "day"
        said = (
            f"column {column.name!r}: {count:,} of {column.filled:,} dates are read {order} "
            f"first, as in training, and could be meant the other way round; "
            f"{_first(column.either_way)}"
        )
        if len(column.turned):
            said += f", {_first(column.turned)}, which only the other way can be read"
            if not lenient:
                raise UserError(
                    f"{said}; write dates as 2024-05-31, or price all the same with --lenient"
                )
        remarks.append(said)
    count, share = len(column.strange), len(column.strange) / max(1, column.filled)
    if column.kind == "category" and count > MOST_UNREAD * rows:
        remarks.append(
            f"column {column.name!r}: {count:,} of {column.filled:,} cells hold what training "
            f"did not know, or hardly; {_first(column.strange)}"
        )
    elif column.kind != "category" and count:
        unit = _measured_in(column.unit)
        said = (
            f"column {column.name!r}: {count:,} of {column.filled:,} cells cannot be read as "
            f"in training{unit} and count as missing; {_first(column.strange)}"
        )
        if share > MOST_UNREAD and not lenient:
            raise UserError(f"{said}; correct them, or price all the same with --lenient")
        remarks.append(said)
    if count := len(column.far):
        remarks.append(
            f"column {column.name!r}: {count_of(count, 'number')} far from all that training "
            f"saw; row {column.far.index[0]} holds {_as_shown(column.far.iloc[0], column.unit)}"
        )
    if count := len(column.tiny):
        many = count >= MANY_TINY * column.filled
        remarks.append(
            f"column {column.name!r}: {count_of(count, 'number')} below a tenth of the least "
            f"in training; row {column.tiny.index[0]} holds "
            f"{_as_shown(column.tiny.iloc[0], column.unit)}"
            + ("; are they in thousands, or in another unit?" if many else "")
        )
    if count := len(column.not_positive):
        remarks.append(
            f"column {column.name!r}: {count_of(count, 'number')} not above 0, in training all "
            f"were; {_first(column.not_positive)}"
        )
    if count := len(column.measured):
        done = f"converted to {column.unit!r}" if column.unit else "in training none had a unit"
        remarks.append(
            f"column {column.name!r}: {count:,} of {column.filled:,} cells are in another "
            f"unit, {done}; {_first(column.measured)}"
        )
    if count := len(column.footnoted):
        remarks.append(
            f"column {column.name!r}: {count:,} of {column.filled:,} cells are read without the "
            f"mark of a footnote; {_first(column.footnoted)}"
        )
    if count := len(column.fractions):
        remarks.append(
            f"column {column.name!r}: {count:,} of {column.filled:,} cells have no % and are "
            f"at most 1, read as so many %; {_first(column.fractions)}; if such cells are "
            "fractions of 1, write them with %"
        )
    if column.blank:
        remarks.append(
            f"column {column.name!r}: {count_of(column.blank, 'blank cell')}, in training none was"
        )
    return remarks


def _measured_in(unit: str) -> str:
    """Say in which unit training read a column."""
    if unit == FRACTION:
        return " (a share, such as 0.45 or 45 %)"
    return f" (unit {unit!r})" if unit else ""


def _as_shown(number: object, unit: str) -> str:
    """Return a number as its table shows it: shares are percents there."""
    return (
        f"{number * 100:.6g} %" if unit == FRACTION and isinstance(number, float) else f"{number}"
    )


def _first(cells: pd.Series) -> str:
    return f"row {cells.index[0]} holds {str(cells.iloc[0])[:40]!r}"
