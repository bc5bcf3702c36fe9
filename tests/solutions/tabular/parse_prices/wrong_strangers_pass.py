"""What is no number is taken for an empty cell."""

import pandas as pd

from common.errors import UserError
from common.tables import parse_numbers


def parse_prices(texts):
    if pd.api.types.is_bool_dtype(texts) or pd.api.types.is_datetime64_any_dtype(texts):
        raise UserError(f"{texts.name}: row {texts.index[0]} holds {texts.iloc[0]}")
    numbers = parse_numbers(texts)
    if numbers.isna().all():
        raise UserError(f"{texts.name}: no prices")
    return numbers
