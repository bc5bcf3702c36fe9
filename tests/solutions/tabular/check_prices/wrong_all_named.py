"""Names all of them."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        raise UserError(f"{price.name}: {impossible.to_dict()}")
