"""What is too high is told before what is too low."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    high, low = price[price > HIGHEST_PRICE], price[price < LOWEST_PRICE]
    impossible = high if len(high) else low
    if len(impossible):
        row, number = impossible.index[0], impossible.iloc[0]
        raise UserError(f"{price.name}: row {row} holds {number}")
