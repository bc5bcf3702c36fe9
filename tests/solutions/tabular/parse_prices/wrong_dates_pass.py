"""True and false are taken for 1 and 0."""

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    numbers = parse_numbers(texts)
    guilty = not_numbers(texts, numbers)
    if len(guilty):
        raise UserError(f"{texts.name}: row {guilty.index[0]} holds {guilty.iloc[0][:60]}")
    if numbers.isna().all():
        raise UserError(f"{texts.name}: no prices")
    return numbers
