"""Names the last of several."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        row, number = impossible.index[-1], impossible.iloc[-1]
        raise UserError(f"{price.name}: row {row} holds {number}")
