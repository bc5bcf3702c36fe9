"""The last cell that is wrong is named, and not the first."""

import numpy as np
import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def parse_prices(texts):
    def refuse(cells):
        for row, cell in cells[::-1].items():
            raise UserError(f"{texts.name}, row {row}: {str(cell)[:60]} is no price")

    if texts.dtype.kind in "bM":
        refuse(texts[:1])
    numbers = parse_numbers(texts)
    refuse(not_numbers(texts, numbers))
    if not np.isfinite(numbers.to_numpy()).any():
        raise UserError(f"{texts.name} has no prices")
    refuse(numbers[numbers.notna() & ~numbers.between(LOWEST_PRICE, HIGHEST_PRICE)])
    return pd.Series(numbers.to_numpy(), index=texts.index)
