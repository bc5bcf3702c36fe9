"""What a person is told of columns: how each was understood, what of a later table is unread."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from common.alike_names import alike_names
from common.i18n import count_of
from common.tables.dates import doubtful_days
from common.tables.frames import SHARES
from common.tables.units import FRACTION, factor_between, is_unit
from tabular.cells import turned_pairs
from tabular.column_summary import (
    footnoted,
    fractions_among_percents,
    in_other_units,
    look_of,
    shown,
)
from tabular.price_table import PriceTable, ReadTable
from tabular.values import DATES, as_categories, as_numbers

if TYPE_CHECKING:
    from tabular.preprocessing import TablePreprocessing

FEWEST_IN_SCALES, LEAST_IN_SCALE, FEWEST_DIFFERENT, TIMES_APART = 20, 0.01, 3, 8
"""Numbers in all, the share of them in a scale, different ones there, and by how many times the
scales lie apart, at least."""
MOST_UNITS = 10
"""Units that a column may name."""


class Unread(NamedTuple):
    """Of a column: the cells that hold something and are not read as in training, the numbers
    that are far from all of training, both by their rows, and how many cells hold anything.
    not_positive, tiny: see `tabular.features.NumericScaler`.

    Of a category strange are the cells that hold none of those that training knew. blank: how
    many cells hold nothing, of a column of numbers that in training always held something.

    fractions: see `tabular.column_summary.fractions_among_percents`. either_way, turned: see
    `common.tables.dates.DoubtfulDays`. footnoted: the numbers with the mark of a footnote.
    """

    name: str
    kind: str
    strange: pd.Series
    far: pd.Series
    filled: int
    unit: str = ""
    blank: int = 0
    not_positive: pd.Series = pd.Series(dtype=object)
    tiny: pd.Series = pd.Series(dtype=object)
    measured: pd.Series = pd.Series(dtype=object)
    fractions: pd.Series = pd.Series(dtype=object)
    either_way: pd.Series = pd.Series(dtype=object)
    turned: pd.Series = pd.Series(dtype=object)
    footnoted: pd.Series = pd.Series(dtype=object)


def notes_on_columns(
    prepared: "TablePreprocessing", whole: pd.DataFrame, frame: pd.DataFrame
) -> list[str]:
    """Return how each column was understood, with a sample and a range, a line each.

    Args:
        prepared: the preparation that has decided on the columns.
        whole: the table as the file has it.
        frame: the same with its columns taken apart and in the units of training.
    """
    taken = prepared.compound.items()
    notes = [f"column {name}: {len(parts)} numbers, taken apart" for name, parts in taken]
    for name in prepared.in_order:
        cells = whole[name][turned_pairs(frame, prepared.compound[name])]
        if len(cells):
            notes.append(
                f"column {name}: turned round, the first number above the second: "
                f"{len(cells):,}, row {cells.index[0]} holds {shown(cells.iloc[0])}"
            )
    for column in prepared.columns:
        if column.name not in frame.columns:  # one that is ignored, of a later table
            continue
        cells = prepared.cells_of(whole, column.name)
        kind = prepared.numbers.kinds.get(column.name)
        numbers = None if kind is None else as_numbers(frame[column.name], kind)
        notes.append(f"column {column}{look_of(cells, numbers, column.reason, column.unit)}")
        if numbers is not None and kind == "number":
            notes += _scale_notes(column.name, numbers)
        if column.kind == "category":
            notes += _alike_notes(column.name, cells) + _unit_notes(column.name, cells)
    if prepared.numbers.logs:
        notes.append("logarithm taken of: " + ", ".join(prepared.numbers.logs))
    if prepared.numbers.ratios:
        ratios = ", ".join(f"{a} / {b}" for a, b in prepared.numbers.ratios)
        notes.append(f"ratios added: {ratios}")
    if prepared.categories.vocabulary:
        notes.append("of each category its mean price in training is told as well")
    return notes


def _scale_notes(name: str, numbers: np.ndarray) -> list[str]:
    """Ask whether some numbers are in another scale: centimetres, or years of two digits.

    Both parts lie together, and far from each other. One number that stands again and again is a
    mark for none, as 99 is.
    """
    known = np.sort(numbers[numbers > 0])
    if len(known) < FEWEST_IN_SCALES:
        return []
    place = int((known[1:] / known[:-1]).argmax()) + 1
    parts = known[:place], known[place:]
    gap = parts[1][0] / parts[0][-1]
    few = min(map(len, parts)) < max(FEWEST_DIFFERENT, LEAST_IN_SCALE * len(known))
    same = any(len(np.unique(part)) < FEWEST_DIFFERENT for part in parts)
    if gap < TIMES_APART or few or same or any(part[-1] / part[0] >= gap for part in parts):
        return []
    return [
        f"column {name}: {place:,} of {len(known):,} numbers are at most {parts[0][-1]:,.10g}, the "
        f"others at least {parts[1][0]:,.10g}: are they in another scale?"
    ]


def _alike_notes(name: str, cells: pd.Series) -> list[str]:
    """Say which categories a reader would take for one: щёлково, щелково."""
    groups = alike_names(sorted(set(as_categories(cells))))
    if not groups:
        return []
    return [
        f"column {name}: values that look alike, in {count_of(len(groups), 'group')}, such as "
        f"{', '.join(map(repr, groups[0]))}; if they are one, spell them alike"
    ]


def _unit_notes(name: str, cells: pd.Series) -> list[str]:
    """Say that a column holds units of one kind, м² and sq ft: of numbers in another column."""
    units = sorted({str(cell).strip() for cell in cells.dropna().unique()})
    if len(units) > MOST_UNITS or not all(map(is_unit, units)):
        return []
    factors = {factor_between(unit, units[0]) for unit in units}
    if len(factors) < 2 or None in factors:
        return []
    return [
        f"column {name}: names several units, {', '.join(map(repr, units))}; if numbers beside it "
        "are in them, make them one"
    ]


def unread(prepared: "TablePreprocessing", examples: PriceTable, read: ReadTable) -> list[Unread]:
    """Return what of the columns cannot be read, or is unlike all of training.

    Args:
        prepared: the preparation that training made.
        examples: the table as the file has it.
        read: what `prepared.read` made of it.
    """
    frame = read.frame
    found, units = [], {column.name: column.unit for column in prepared.columns}
    for column, kind in prepared.numbers.kinds.items():
        whole = prepared.cells_of(examples.frame, column)
        numbers = as_numbers(frame[column], kind)
        strange = whole.notna().to_numpy() & np.isnan(numbers)
        far = prepared.numbers.unlike(column, numbers)
        filled = int(whole.notna().sum())
        name, unit = str(whole.name), units[column]
        usual = column in prepared.numbers.missing or kind in ("latitude", "longitude")
        blank = 0 if usual else len(whole) - filled
        is_whole = kind == "number" and name == column
        is_share = name in examples.frame.attrs.get(SHARES, ())
        # Percents by a format and percents by a sign are the same numbers, and no other unit.
        same = unit == FRACTION or (is_share and unit == "%")
        measured = in_other_units(whole, unit) if is_whole and not same else whole.iloc[:0]
        none = whole[prepared.numbers.not_positive(column, numbers)]
        tiny = whole[prepared.numbers.tiny(column, numbers)]
        cells = (whole[strange], whole[far], filled, unit, blank, none, tiny, measured)
        one = Unread(name, kind, *cells, footnoted=footnoted(whole[~np.isnan(numbers)]))
        if is_whole and unit == "%" and not is_share:
            high = float(prepared.numbers.limits[1, list(prepared.numbers.kinds).index(column)])
            fractions = fractions_among_percents(whole, unit, high)
            far_once, tiny_once = (
                cells[~cells.index.isin(fractions.index)] for cells in (one.far, one.tiny)
            )
            one = one._replace(fractions=fractions, far=far_once, tiny=tiny_once)
        if kind in DATES:
            days = doubtful_days(whole, month_first=kind == "date_month_first")
            one = one._replace(either_way=days.either_way, turned=days.turned)
        found.append(one)
    rows = prepared.categories.transform(frame)
    for place, name in enumerate(prepared.categories.vocabulary):
        cells = frame[name]
        strange = cells.notna().to_numpy() & (rows[:, place] == 0)
        nothing = cells.iloc[:0]
        filled = int(cells.notna().sum())
        found.append(Unread(name, "category", cells[strange], nothing, filled))
    return [
        one
        for one in found
        if one.blank or any(len(cells) for cells in one if isinstance(cells, pd.Series))
    ]
