"""A second line under the header, of units or names, and the columns without such rows."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from common.tables.cells import convert_cells, join_blocks
from common.tables.number_parsing import parse_number

_NEAR = 100
"""Rows by which a line of names or of units under the header is known."""


def without_second_line(
    frame: pd.DataFrame, decimals: Mapping[str, str], notes: list[str]
) -> pd.DataFrame:
    """Return the frame without a first row that names its columns, and add a note of it.

    Because of that row all columns were read as text; those below are what they are without it.

    decimals: decimal marks of the columns whose text may be numbers; others stay.

    >>> notes = []
    >>> frame = pd.DataFrame({"a": ["м²", "30,5", "40"], "b": ["руб.", "5", "6"]}, dtype="str")
    >>> without_second_line(frame, {"a": ",", "b": ","}, notes).to_dict("list")
    {'a': [30.5, 40.0], 'b': [5, 6]}
    >>> notes
    ["a second line of names or of units left out: row 0, 'м²', 'руб.'"]
    """
    if not _names_again(frame):
        return frame
    shown = ", ".join(repr(str(cell)[:30]) for cell in frame.iloc[0].dropna()[:5])
    notes.append(f"a second line of names or of units left out: row {frame.index[0]}, {shown}")
    frame = frame.iloc[1:]
    return converted(frame, decimals)


def converted(frame: pd.DataFrame, decimals: Mapping[str, str]) -> pd.DataFrame:
    """Return columns that were text for the sake of rows left out as they are without these.

    >>> frame = pd.DataFrame({"a": ["30,5", "40"], "b": ["x", "6"]}, dtype="str")
    >>> converted(frame, {"a": ",", "b": ","}).to_dict("list")
    {'a': [30.5, 40.0], 'b': ['x', '6']}
    """
    columns = {}
    for name, decimal in decimals.items():
        if isinstance(frame[name].dtype, pd.StringDtype):
            texts = pa.array(frame[name], pa.large_string())
            cells = join_blocks([convert_cells(texts, decimal)])
            if cells is not None:  # or whole numbers would be rounded
                columns[name] = cells.to_pandas().set_axis(frame.index)
    return frame.assign(**columns)


def _names_again(frame: pd.DataFrame) -> bool:
    """Whether the first row holds units, kinds or other names of the columns, and is no flat.

    No cell of it is a number or blank, or has a digit above texts; two columns are of numbers but
    for it; and none of its cells stands once more in the hundred rows below.
    """
    if frame.shape[1] < 2 or len(frame) < 3:
        return False
    numbers = 0
    for _, column in frame.items():
        cell, others = column.iloc[0], column.iloc[1:_NEAR].dropna()
        if not isinstance(cell, str) or parse_number(cell) is not None or (others == cell).any():
            return False
        if not len(others) or pd.api.types.is_numeric_dtype(others):
            return False
        parsed = [parse_number(str(other)) is not None for other in others]
        if not any(parsed) and any(map(str.isdigit, cell)):  # a street and a house, say
            return False
        numbers += all(parsed)
    return numbers > 1
