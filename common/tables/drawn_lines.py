"""Lines of dashes that are drawn between the rows of a table, and are no rows."""

from collections.abc import Collection
from functools import partial

import numpy as np
import pandas as pd

from common.tables.total_rows import where_texts

_RULE = r"^\s*[:|+]?([-=─]{2,})[-=─+|┼│]*[:|+]?\s*$"
"""A line that is drawn between rows."""
_SIGNS = r"(?=.*[-=─+|])\s*(?!--\s*$)[-=─+|.·*_]{2,}\s*"
"""Signs that are a word of their own, but for `--`, which says "none" beside lines, too."""
_LINE = 3
"""Signs that a line has in one column at least: `--` in all may mean "no" or "none"."""


def drawn_lines(frame: pd.DataFrame, as_text: Collection[str] = ()) -> np.ndarray:
    """Which rows hold nothing but lines, as Markdown has one below the names, and databases have.

    A line below the names stands for all that are like it. Elsewhere it has to be longer, and may
    be what somebody wrote where nothing but the columns `as_text` is filled. In a column that holds
    other signs, too, or is the only one, and text, a line is such a sign.

    >>> drawn_lines(pd.DataFrame({"a": ["---", "x", "--"], "b": [":--:", "--", None]}, dtype="str"))
    array([ True, False, False])
    """
    rules = np.full(len(frame), frame.shape[1] > 0)
    for _, column in frame.items():
        if not rules.any():
            return rules
        drawn = where_texts(column, partial(_has_line, least=2))
        missing = column.isna().to_numpy()
        rules &= missing if drawn is None else missing | drawn
    if not rules.any() or (frame.shape[1] == 1 and frame.columns[0] in as_text):
        return np.zeros(len(frame), bool)
    names = [name for name in frame if not _holds_signs(frame[name], rules)]
    cells = frame.iloc[np.flatnonzero(rules)].astype("string").fillna("")
    long = cells[names].apply(_has_line, least=_LINE)
    first = frame.index.min()  # short rows come last, out of order
    below_names = first in cells.index and (
        long.loc[first].any() or (len(names) == frame.shape[1] and (cells.loc[first] != "").all())
    )
    if below_names:
        rules[rules] = (cells == cells.loc[first]).all(axis=1)
    else:
        rules[rules] = long[[name for name in names if name not in as_text]].any(axis=1)
    return rules


def _holds_signs(column: pd.Series, rules: np.ndarray) -> bool:
    """Whether a column holds other signs than its lines, as one of Morse does: `-.-`."""
    found = where_texts(column, lambda texts: texts.str.fullmatch(_SIGNS))
    return found is not None and not set(column[found & ~rules]) <= set(column[rules])


def _has_line(column: pd.Series, least: int) -> pd.Series:
    return column.str.extract(_RULE, expand=False).str.len() >= least
