"""Names all rows of a column of dates."""

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    if texts.dtype.kind in "bM":
        raise UserError(f"{texts.name}: rows {list(texts.index)} hold {texts.iloc[0]}")
    price = parse_numbers(texts)
    for row, cell in not_numbers(texts, price).items():
        raise UserError(f"{texts.name}: row {row} holds {cell[:60]}")
    if price.isna().all():
        raise UserError(f"{texts.name}: holds no number")
    return price
