"""Compared in float32: a price just beyond the limits is on them."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    guilty = ~price.dropna().astype("float32").between(LOWEST_PRICE, HIGHEST_PRICE)
    guilty = guilty.reindex(price.index, fill_value=False)
    if guilty.any():
        row, worst = price[guilty].index[0], price[guilty].iloc[0]
        raise UserError(f"price column {price.name!r}: row {row} holds {worst:g}")
