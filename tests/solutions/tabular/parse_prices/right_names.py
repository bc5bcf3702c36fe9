"""Asks for the type by its name, and takes the guilty cell by its label."""

from common.errors import UserError
from common.tables import not_numbers, parse_numbers


def parse_prices(texts):
    if texts.dtype == bool or "datetime" in texts.dtype.name:
        first = texts.head(1)
        raise UserError(f"Столбец {texts.name}: в строке {first.index.item()} — {first.item()}")
    price = parse_numbers(texts).astype("float64")
    guilty = not_numbers(texts, price)
    if not guilty.empty:
        row = guilty.index[0]
        raise UserError(f"Столбец {texts.name}: в строке {row} — «{texts.loc[row][:60]}»")
    if price.isna().all():
        raise UserError("нет ни одной цены: " + texts.name)
    return price
