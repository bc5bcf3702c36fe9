"""One function for all messages."""

import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    def refuse(cells):
        for row, cell in cells.items():
            raise UserError(f"{texts.name}, row {row}: {str(cell)[:60]} is no price")

    if texts.dtype.kind in "bM":
        refuse(texts[:1])
    numbers = parse_numbers(texts)
    refuse(not_numbers(texts, numbers))
    if not numbers.notna().any():
        raise UserError(f"{texts.name} has no prices")
    return pd.Series(numbers.to_numpy(), index=texts.index)
