"""Russian spelling: a space for thousands, a long minus."""

from common.errors import UserError
from tabular.data import HIGHEST_PRICE, LOWEST_PRICE


def check_prices(price):
    for i in range(len(price)):
        number = price.iloc[i]
        if number != number or LOWEST_PRICE <= number <= HIGHEST_PRICE:
            continue
        shown = str(number) if abs(number) < 1 else f"{number:,.0f}".replace(",", "\u00a0")
        shown = "\u2212" + shown[1:] if number < 0 else shown
        raise UserError(f"столбец «{price.name}», строка {price.index[i]}: {shown}")
