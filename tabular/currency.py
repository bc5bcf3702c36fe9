"""Currencies, amounts in short words, and what an error in roubles costs.

The thresholds and weights of a costly error stand here and nowhere else: the settings, the loss
and the metrics all take theirs from this file.
"""

import re
from collections.abc import Iterable
from typing import TypedDict

CATASTROPHE = 500_000.0
"""An error in roubles that is a catastrophe: years of saving, for who buys a small flat."""
CRITICAL = 15_000_000.0
"""An error in roubles that is critical: the firm may not survive it."""
CATASTROPHE_WEIGHT = 2.0
"""What a rouble costs beyond the first threshold,"""
CRITICAL_WEIGHT = 10.0
"""and beyond the second."""

ROUBLES = {"₽": 1.0, "$": 80.0, "€": 90.0, "": 1.0}
"""Nominal rates that place the thresholds in another currency; `--rate` sets another."""

UNLIKELY_IN_ROUBLES = 10_000
"""A median price below this is hardly in roubles."""

_SIGNS = {
    "$": re.compile(r"\$|\busd\b|долл", re.I),
    "€": re.compile(r"€|\beur\b|евро", re.I),
    "₽": re.compile(r"₽|руб|\brub\b|\brur\b|млн|тыс|(?<!\w)р\.", re.I),
}
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


class ErrorCost(TypedDict):
    """What an error costs: the arguments that `MoneyCostLoss` and `price_metrics` share."""

    catastrophe: float
    critical: float
    catastrophe_weight: float
    critical_weight: float
    over: float
    under: float
    rate: float


def currency_sign(name: str, cells: Iterable[object] = ()) -> str:
    """Return the sign of the currency that a column's name or its cells speak of, "" if none.

    >>> currency_sign("price_usd"), currency_sign("цена", ["12 млн"]), currency_sign("price")
    ('$', '₽', '')
    """
    name, text = name.replace("_", " "), " ".join(map(str, cells))
    for sign, pattern in _SIGNS.items():
        if pattern.search(name) or pattern.search(text):
            return sign
    return ""


def money(value: float, currency: str = "", *, digits: int = 3) -> str:
    """Return an amount in short.

    >>> money(12_345_678, "₽"), money(-350_000, "$"), money(999.96e6), money(154, digits=2)
    ('12.3 M ₽', '-$350 k', '1 B', '150')
    """
    rounded = float(f"{value:.{digits}g}")
    size, unit = next(((s, u) for s, u in _UNITS if abs(rounded) >= s), (1.0, ""))
    amount = f"{abs(rounded) / size:,.6g}" + (f" {unit}" if unit else "")
    sign = "-" if rounded < 0 else ""
    if currency in ("$", "€", "£", "¥"):
        return f"{sign}{currency}{amount}"
    return f"{sign}{amount} {currency}".rstrip()
