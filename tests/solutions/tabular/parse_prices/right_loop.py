"""Cell by cell."""

import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    if str(texts.dtype) == "bool" or str(texts.dtype).startswith("datetime64"):
        raise UserError(f"{texts.name!r} row {texts.index[0]}: {texts.iloc[0]}")
    numbers = parse_numbers(texts)
    strangers = not_numbers(texts, numbers)
    for row, cell in strangers.items():
        raise UserError(f"{texts.name!r} row {row}: {str(cell)[:60]!r}")
    if numbers.count() == 0:
        raise UserError(f"{texts.name!r}: no number")
    return pd.Series(list(numbers), index=texts.index, dtype="float64")
