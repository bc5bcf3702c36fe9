"""Names the place in the column and not the row of the file."""

import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    if pd.api.types.is_bool_dtype(texts) or pd.api.types.is_datetime64_any_dtype(texts):
        raise UserError(f"{texts.name}: row {texts.index[0]} holds {texts.iloc[0]}")
    numbers = parse_numbers(texts)
    guilty = not_numbers(texts, numbers)
    if len(guilty):
        place = list(texts.index).index(guilty.index[0])
        raise UserError(f"{texts.name}: row {place} holds {guilty.iloc[0][:60]}")
    if numbers.isna().all():
        raise UserError(f"{texts.name}: no prices")
    return numbers
