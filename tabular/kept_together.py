"""What a split keeps: groups and the order of time as a person asks, and flats listed twice."""

import numpy as np
import pandas as pd

from common.disjoint_sets import joined
from common.errors import UserError, nearest
from common.tables import parse_dates
from tabular.near_copies import find_relisted, find_rounded, find_twins
from tabular.settings import TableSource
from tabular.values import LARGEST_NUMBER


def split_as_asked(frame: pd.DataFrame, source: TableSource) -> dict[str, np.ndarray]:
    """Return what a person has said of the split: `groups` or `times` of the rows, or nothing.

    Raises UserError for a column that is not there, or for a cell that is no moment.
    """
    for option, name in (("group", source.group), ("time", source.time)):
        if name is not None and name not in frame.columns:
            alike = nearest(name, [str(column) for column in frame.columns])
            guess = f"; did you mean {alike[0]!r}?" if alike else ""
            raise UserError(f"--{option} {name}: there is no such column{guess}")
    if source.group is not None and source.time is not None:
        raise UserError("--group and --time together: give one of them")
    if source.group is not None:
        values = frame[source.group]
        codes = pd.factorize(values)[0]
        # A row without a group is a group of its own, not one with all others that lack it.
        return {"groups": np.where(codes < 0, len(codes) + np.arange(len(codes)), codes)}
    if source.time is not None:
        return {"times": _moments(frame[source.time])}
    return {}


def _moments(values: pd.Series) -> np.ndarray:
    if pd.api.types.is_numeric_dtype(values):
        moments = values.where(values.abs() < LARGEST_NUMBER)
    else:
        moments = parse_dates(values)
    if moments.isna().any():
        row = moments.index[moments.isna()][0]
        raise UserError(
            f"time column {values.name!r}: row {row} holds {values[row]!r}, "
            "expected a date such as 2024-05-31"
        )
    return moments.to_numpy()


def twins_of(
    frame: pd.DataFrame, price: np.ndarray, *, kept: bool
) -> tuple[np.ndarray | None, list[str]]:
    """Find rows that are one flat: return their groups, None where there are none, and notes.

    kept: whether the split will keep them together.
    """
    whole: np.ndarray | None = None
    notes: list[str] = []
    finders = (
        (find_twins, "the"),
        (find_rounded, "rounding in the"),
        (find_relisted, "the price and the"),
    )
    for find, difference in finders:
        if (found := find(frame, price)) is not None:
            columns, groups = found
            before, whole = whole, joined(groups if whole is None else whole, groups)
            if before is not None and len(np.unique(before)) == len(np.unique(whole)):
                continue  # these rows have been said
            count = int((np.bincount(groups)[groups] > 1).sum())
            named = "the price"
            if columns:
                *first, last = map(repr, columns)
                named = f"columns {', '.join(first)} and {last}" if first else f"column {last}"
                named = f"{difference} {named}"
            done = "; they stay in one part of the split" if kept else ""
            notes.append(f"rows alike but for {named}: {count:,} of {len(frame):,}{done}")
    return whole, notes
