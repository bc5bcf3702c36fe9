"""Names that stand once for all the rows below them, as a pivot table writes them."""

from collections.abc import Collection

import pandas as pd

_LEAST_BLANK, _LEAST_FILLED = 2 / 3, 0.95
"""Share of blank cells below the names at least, and of cells that hold something beside them."""


def note_on_group_names(frame: pd.DataFrame, as_text: Collection[str] = ()) -> list[str]:
    """Say that the first column may hold names of groups, each in the first row of its own.

    Then no name stands twice, the first row has one, and the column beside it is filled.

    as_text: names of columns that are text as it is written: a blank text is none.

    >>> rows = [["Arbat", 1], [None, 2], [None, 3], ["Sokol", 1], [None, 2], [None, 3]]
    >>> note_on_group_names(pd.DataFrame(rows, columns=["district", "rooms"], index=range(2, 8)))
    ["column 'district': names stand once above blank cells (4), such as 'Arbat' in row 2; if \
those below belong to them, fill them"]
    """
    if frame.shape[1] < 2 or not len(frame) or frame.columns[0] in as_text:
        return []
    names = frame.iloc[:, 0]
    filled = names.notna().to_numpy()
    once = names[filled]
    if not filled[0] or filled.mean() > 1 - _LEAST_BLANK or len(once) < 2 or not once.is_unique:
        return []
    if not all(isinstance(name, str) for name in once) or (
        frame.iloc[:, 1].notna().mean() < _LEAST_FILLED
    ):
        return []
    return [
        f"column {str(names.name)!r}: names stand once above blank cells ({(~filled).sum():,}), "
        f"such as {str(once.iloc[0])[:40]!r} in row {once.index[0]}; if those below belong to "
        "them, fill them"
    ]
