"""Rounds a tenth of the price."""

import numpy as np


def price_metrics(
    predicted,
    price,
    *,
    catastrophe=500000.0,
    critical=15000000.0,
    catastrophe_weight=2.0,
    critical_weight=10.0,
    over=1.0,
    under=1.0,
    rate=1.0,
):
    predicted, price = (np.asarray(predicted, float), np.asarray(price, float))
    e = predicted - price
    r = e / price
    a = np.abs(e) * rate
    cost = (
        a
        + (catastrophe_weight - 1) * np.maximum(a - catastrophe, 0)
        + (critical_weight - catastrophe_weight) * np.maximum(a - critical, 0)
    )
    f = {
        "mape": np.abs(r).mean(),
        "median_ape": np.median(np.abs(r)),
        "within_10": (np.abs(e) <= np.round(price * 0.1)).mean(),
        "within_20": (np.abs(e) <= np.round(price * 0.2)).mean(),
        "bias": np.median(r),
        "mae": np.abs(e).mean(),
        "rmse": np.sqrt((e * e).mean()),
        "catastrophic": (a > catastrophe).mean(),
        "critical": (a > critical).mean(),
        "money_lost": (np.where(e > 0, over, under) * cost).mean() / rate,
    }
    return {k: float(v) for k, v in f.items()}
