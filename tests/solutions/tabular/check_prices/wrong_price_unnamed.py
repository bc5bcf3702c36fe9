"""Only the row is told."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        row = impossible.index[0]
        raise UserError(f"{price.name}: row {row} is not within the limits")
