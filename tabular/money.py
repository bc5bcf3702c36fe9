"""Money in a picture: short words for amounts, and axes that carry them."""

import math

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from common.report.plots import literal

_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


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


def price_range(values: np.ndarray, *, least: float = 4) -> tuple[float, float]:
    """Return limits of a logarithmic axis around positive values, a factor `least` or more apart.

    >>> price_range(np.array([1e6]))
    (500000.0, 2000000.0)
    """
    low, high = float(values.min()) / 1.1, float(values.max()) * 1.1
    missing = math.sqrt(max(1.0, least * low / high))
    return low / missing, high * missing


def money_axis(axis: Axis, low: float, high: float, currency: str, *, gap: float = 0.17) -> None:
    """Put ticks at round amounts on a logarithmic axis, apart by `gap` of its length or more."""
    least = gap * math.log10(high / low)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    if least <= 0.301:
        step, digits = 1, (1, 2, 5)
    elif least <= 0.477:
        step, digits = 1, (1, 3)
    else:
        step, digits = math.ceil(least), (1,)
    ticks = [digit * 10.0**power for power in range(first, last + 1, step) for digit in digits]
    shown = [tick for tick in ticks if low <= tick <= high] or [math.sqrt(low * high)]
    axis.set_major_locator(FixedLocator(shown))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: literal(money(value, currency))))
