"""The limits by between, and NaN left out before."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    known = price.dropna()
    guilty = known[~known.between(LOWEST_PRICE, HIGHEST_PRICE)].head(1)
    for row, number in guilty.items():
        raise UserError(f"{price.name}: цена {number!r} в строке {row} невозможна")
