"""How good a valuation is, in figures that the owner of a flat would understand."""

import numpy as np

from common.exercises import exercise
from common.outcome import Metric
from tabular.error_cost import CATASTROPHE, CATASTROPHE_WEIGHT, CRITICAL, CRITICAL_WEIGHT


class MoneyMetric(Metric):
    """A sum of money, in whatever unit the table has it: roubles, or millions of them.

    >>> MoneyMetric("mae", "MAE", "").show(2484123.4), MoneyMetric("mae", "MAE", "").show(0.48351)
    ('2,484,123', '0.4835')
    """

    def show(self, value: float | None) -> str:
        if value is None or not np.isfinite(value):
            return "-"
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


METRICS = (
    Metric("mape", "MAPE, %", "{:.2f}", scale=100),
    Metric("median_ape", "median error, %", "{:.2f}", scale=100),
    Metric("within_10", "within 10 %, %", "{:.1f}", best="high", scale=100),
    Metric("within_20", "within 20 %, %", "{:.1f}", best="high", scale=100),
    Metric("bias", "bias, %", "{:+.2f}", best="zero", scale=100),
    MoneyMetric("mae", "MAE", ""),
    MoneyMetric("rmse", "RMSE", ""),
    Metric("catastrophic", "catastrophes, %", "{:.1f}", scale=100),
    Metric("critical", "critical, %", "{:.2f}", scale=100),
    MoneyMetric("money_lost", "money lost", ""),
)


@exercise(points=20, minutes=25, difficulty=1, uses="NumPy", lesson="Report")
def price_metrics(
    predicted: np.ndarray,
    price: np.ndarray,
    *,
    catastrophe: float = CATASTROPHE,
    critical: float = CRITICAL,
    catastrophe_weight: float = CATASTROPHE_WEIGHT,
    critical_weight: float = CRITICAL_WEIGHT,
    over: float = 1.0,
    under: float = 1.0,
    rate: float = 1.0,
) -> dict[str, float]:
    """Return every figure of `METRICS` for predicted and true prices, both (n,) and above 0.

    With e = predicted - price:

    - mape: mean |e| / price; median_ape: its median; within_10, within_20: the share of flats
      with |e| / price at most 0.1, 0.2
    - bias: median of e / price; below zero means valued too low
    - mae, rmse: mean |e| and root of the mean e², in the currency of the prices
    - catastrophic, critical: the shares with |e| above the two thresholds, which are in roubles;
      rate: roubles for one unit of the currency
    - money_lost: the mean over flats of what the error costs, in the currency of the prices. In
      roubles, each rouble off costs 1 up to `catastrophe`, `catastrophe_weight` from there to
      `critical`, and `critical_weight` beyond; the whole counts `over` times where the valuation
      is too high and `under` times where it is too low

    All figures are Python floats, not NumPy's; float32 that comes in is computed in float64.

    >>> figures = price_metrics(np.array([9e6, 30e6]), np.array([10e6, 10e6]))
    >>> figures["mape"], figures["catastrophic"], figures["critical"]
    (1.05, 1.0, 0.5)
    """
    predicted = np.asarray(predicted, dtype=np.float64)
    price = np.asarray(price, dtype=np.float64)
    error = predicted - price
    relative = error / price
    roubles = np.abs(error) * rate
    cost = (
        np.minimum(roubles, catastrophe)
        + catastrophe_weight * np.clip(roubles - catastrophe, 0, critical - catastrophe)
        + critical_weight * np.maximum(roubles - critical, 0)
    )
    return {
        "mape": float(np.abs(relative).mean()),
        "median_ape": float(np.median(np.abs(relative))),
        "within_10": float((np.abs(relative) <= 0.1).mean()),
        "within_20": float((np.abs(relative) <= 0.2).mean()),
        "bias": float(np.median(relative)),
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt(np.square(error).mean())),
        "catastrophic": float((roubles > catastrophe).mean()),
        "critical": float((roubles > critical).mean()),
        "money_lost": float((np.where(error > 0, over, under) * cost).mean() / rate),
    }
