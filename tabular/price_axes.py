"""Axes of a plot that carry prices: their limits, and ticks at round amounts."""

import math

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from common.report.plots import literal
from tabular.currency import money


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
    step, digits = 1, [1, 2, 5]
    if least > 0.477:
        step, digits = math.ceil(least), [1]
    elif least > 0.301:
        digits = [1, 3]
    ticks = [digit * 10.0**power for power in range(first, last + 1, step) for digit in digits]
    shown = [tick for tick in ticks if low <= tick <= high] or [math.sqrt(low * high)]
    axis.set_major_locator(FixedLocator(shown))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: literal(money(value, currency))))
