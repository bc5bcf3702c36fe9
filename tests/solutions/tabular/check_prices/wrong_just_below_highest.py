"""Refuses the highest price but one."""

import numpy as np

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    bad = price[
        (price < LOWEST_PRICE) | (price == np.nextafter(HIGHEST_PRICE, 0)) | (price > HIGHEST_PRICE)
    ]
    if len(bad):
        raise UserError(f"price column {price.name!r}: row {bad.index[0]} holds {bad.iloc[0]:g}")
