"""Counts the rows without the empty ones."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    full = price.dropna().reset_index(drop=True)
    bad = full[(full < LOWEST_PRICE) | (full > HIGHEST_PRICE)]
    if len(bad):
        row = int(bad.index[0]) + price.index[0] if len(price) else 0
        raise UserError(f"price column {price.name!r}: row {row} holds {bad.iloc[0]:g}")
