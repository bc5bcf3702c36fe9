"""Price by price, with thousands."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    for row, number in zip(price.index, price, strict=True):
        if number < LOWEST_PRICE or number > HIGHEST_PRICE:
            shown = f"{number:,}" if abs(number) >= 1 else number
            raise UserError(f"Row {row} of column {price.name!r} is no price ({shown} ₽).")
    return
