"""What is no number is named in small letters."""

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
        cell = str(strangers.iloc[0])[:60].lower()
        raise UserError(f"{column}: row {strangers.index[0]} holds {cell!r}")
    if not price.notna().any():
        raise UserError(f"{column}: holds no number at all")
    return price
