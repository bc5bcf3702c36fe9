"""Names the place in the column and not the row of the file."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        row, number = list(price.index).index(impossible.index[0]), impossible.iloc[0]
        raise UserError(f"{price.name}: row {row} holds {number}")
