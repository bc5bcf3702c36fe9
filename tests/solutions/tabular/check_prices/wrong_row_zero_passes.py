"""Takes a row that is called 0 for none."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    bad = (price < LOWEST_PRICE) | (price > HIGHEST_PRICE)
    row = bad.idxmax() if len(bad) else None
    if row and bad[row]:
        raise UserError(f"price column {price.name!r}: row {row} holds {price[row]:g}")
