"""Cell by cell."""

import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers
from tabular import data


def parse_prices(texts):
    if str(texts.dtype) == "bool" or str(texts.dtype).startswith("datetime64"):
        raise UserError(f"{texts.name!r} row {texts.index[0]}: {texts.iloc[0]}")
    numbers = parse_numbers(texts)
    strangers = not_numbers(texts, numbers)
    for row, cell in strangers.items():
        raise UserError(f"{texts.name!r} row {row}: {str(cell)[:60]!r}")
    if numbers.count() == 0:
        raise UserError(f"{texts.name!r}: no number")
    prices = {}
    for place, (row, price) in enumerate(numbers.items()):
        if price == price and not data.LOWEST_PRICE <= price <= data.HIGHEST_PRICE:
            raise UserError(f"{texts.name!r} row {row}: {price}")
        prices[place] = price
    return pd.Series(list(prices.values()), index=texts.index, dtype="float64")
