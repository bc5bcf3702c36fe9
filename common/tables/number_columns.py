"""Columns of numbers as people write them, see `common.tables.number_parsing`."""

import pandas as pd

from common.tables.number_parsing import MISSING, decide_decimal, read_numeral


def parse_numbers(values: pd.Series, *, decimal: str | None = None) -> pd.Series:
    """Return a column's cells as float64, NaN where a cell is missing or no number.

    An ambiguous cell (`1,250`) is read as the rest of the column has it: where other cells have a
    decimal comma (`12,5` or `1.250,00`), so has this one. Where the whole column is ambiguous,
    `decimal` decides ("." or ","), and without it the point is the decimal mark.
    `not_numbers` then tells which cells held something else.

    >>> parse_numbers(pd.Series(["1,250", "3,5", "по запросу"])).tolist()
    [1.25, 3.5, nan]
    >>> parse_numbers(pd.Series(["1,250", "3,500"])).tolist()
    [1250.0, 3500.0]
    """
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    numerals = {cell: read_numeral(cell) for cell in values.dropna().unique()}
    found = decide_decimal(numerals.values()) or decimal or "."
    known = {cell: numeral.value(found) for cell, numeral in numerals.items() if numeral}
    return values.astype(object).map(known).astype("float64")


def not_numbers(values: pd.Series, numbers: pd.Series) -> pd.Series:
    """Return the cells of `values` that hold something, yet became NaN in `numbers`.

    The index of what comes back says in which rows they stand: for a frame from `read_table`,
    the row as a person counts it in the file.

    >>> prices = pd.Series(["12 500 000", "по запросу", None], index=[2, 3, 4])
    >>> not_numbers(prices, parse_numbers(prices)).to_dict()
    {3: 'по запросу'}
    """
    suspects = values[numbers.isna() & values.notna()]
    return suspects[[str(cell).strip().casefold() not in MISSING for cell in suspects]]
