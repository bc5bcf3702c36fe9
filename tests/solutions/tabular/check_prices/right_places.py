"""By NumPy's places."""

import numpy as np

from common.errors import UserError
from tabular import data


def check_prices(price):
    with np.errstate(invalid="ignore"):
        there = price.to_numpy()
        bad = np.flatnonzero(
            ~np.isnan(there) & ~((there >= data.LOWEST_PRICE) & (there <= data.HIGHEST_PRICE))
        )
    if bad.size:
        raise UserError(f"{price.name}: row {price.index[bad[0]]}: {there[bad[0]]!r}")
