"""Finds the first place with NumPy."""

import numpy as np

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    values = price.to_numpy()
    allowed = np.isnan(values) | ((values >= LOWEST_PRICE) & (values <= HIGHEST_PRICE))
    if not allowed.all():
        place = int(np.argmin(allowed))
        raise UserError(
            f"{price.name}: row {price.index[place]} holds {values[place]:e}, expected a price "
            f"between {LOWEST_PRICE} and {HIGHEST_PRICE:.0f}"
        )
