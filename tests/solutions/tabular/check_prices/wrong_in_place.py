"""Fills the gaps of the column that it was given."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    price.fillna(1, inplace=True)
    impossible = price[(price < LOWEST_PRICE) | (price > HIGHEST_PRICE)]
    if len(impossible):
        row, number = impossible.index[0], impossible.iloc[0]
        raise UserError(f"{price.name}: row {row} holds {number}")
