"""Takes the sign away."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    price = price.abs()
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        row, number = impossible.index[0], impossible.iloc[0]
        raise UserError(f"{price.name}: row {row} holds {number}")
