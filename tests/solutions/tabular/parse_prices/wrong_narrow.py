"""Through float32."""

import pandas as pd

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    if pd.api.types.is_bool_dtype(texts) or pd.api.types.is_datetime64_any_dtype(texts):
        raise UserError(f"{texts.name!r}: row {texts.index[0]} holds {texts.iloc[0]}")
    price = parse_numbers(texts)
    strange = not_numbers(texts, price)
    if len(strange):
        raise UserError(
            f"{texts.name!r}: row {strange.index[0]} holds {str(strange.iloc[0])[:60]!r}"
        )
    if price.isna().all():
        raise UserError(f"{texts.name!r}: no number")
    return price.astype("float32").astype("float64")
