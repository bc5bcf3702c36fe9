"""What an error in roubles costs.

The thresholds and weights stand here and nowhere else: the settings, the loss and the metrics all
take theirs from this file.
"""

from typing import TypedDict

from tabular.currency import ROUBLES, UNLIKELY_AT_ALL, UNLIKELY_IN_ROUBLES, money, scale_of

CATASTROPHE = 500_000.0
"""An error in roubles that is a catastrophe: years of saving, for who buys a small flat."""
CRITICAL = 15_000_000.0
"""An error in roubles that is critical: the firm may not survive it."""
CATASTROPHE_WEIGHT = 2.0
"""What a rouble costs beyond the first threshold,"""
CRITICAL_WEIGHT = 10.0
"""and beyond the second."""


class ErrorCost(TypedDict):
    """What an error costs: the arguments that `MoneyCostLoss` and `price_metrics` share."""

    catastrophe: float
    critical: float
    catastrophe_weight: float
    critical_weight: float
    over: float
    under: float
    rate: float


def consequences(currency: str, median: float, cost: ErrorCost, *, told: bool) -> str:
    """Say what an error costs in the money of the prices, and how to say it better.

    told: whether a person gave the rate.

    >>> cost = ErrorCost(catastrophe=5e5, critical=1.5e7, catastrophe_weight=2, critical_weight=10,
    ...                  over=1, under=1, rate=80)
    >>> consequences("$", 3e5, cost, told=False)
    'a catastrophe is an error above $6.25 k, critical is one above $188 k: 500 k ₽ and 15 M ₽ at
    80 roubles for one $; say what they are to you with --catastrophe, --critical and --rate'
    """
    rate = cost["rate"]
    bounds = cost["catastrophe"], cost["critical"]
    here, there = (money(bound / rate, currency) for bound in bounds)
    said = f"a catastrophe is an error above {here}, critical is one above {there}"
    ask = "say what they are to you with --catastrophe, --critical and --rate"
    if currency == "₽" and rate == 1:
        return f"{said}; others: --catastrophe, --critical"
    roubles = " and ".join(money(bound, "₽") for bound in bounds)
    scale, sign = scale_of(currency)
    unknown = sign not in {*ROUBLES, ""}
    if told or (currency and not unknown):
        return f"{said}: {roubles} at {rate:g} roubles for one {currency or 'unit'}; {ask}"
    why = "nothing says the currency of the prices"
    if unknown:
        why = f"the prices are in {currency}, of which no rate is known here"
    if median >= UNLIKELY_IN_ROUBLES or (unknown and scale != 1):
        return f"{why}; as if in roubles, {said}; {ask}"
    if median < UNLIKELY_AT_ALL and not unknown:
        ask += " (--rate 1000000 for millions of roubles)"
    by = "as you said" if rate == 1 else "by their median"
    return f"{why}; {by}, {said}; {ask}"
