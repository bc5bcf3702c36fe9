"""The price is named to two digits."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    guilty = (price < LOWEST_PRICE) | (price > HIGHEST_PRICE)
    if guilty.any():
        row, worst = price[guilty].index[0], price[guilty].iloc[0]
        raise UserError(f"price column {price.name!r}: row {row} holds {worst:.2g}")
