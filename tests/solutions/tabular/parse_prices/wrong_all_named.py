"""Names every cell that is no number."""

import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    column = f"price column {texts.name!r}"
    kind = texts.dtype
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind):
        raise UserError(f"{column}: row {texts.index[0]} holds {texts.iloc[0]}")
    price = parse_numbers(texts)
    strangers = not_numbers(texts, price)
    if len(strangers):
        raise UserError(f"{column}: no prices: {strangers.str[:60].to_dict()}")
    if not price.notna().any():
        raise UserError(f"{column}: holds no number at all")
    return price
