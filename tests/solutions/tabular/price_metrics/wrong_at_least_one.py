"""Divides by one at least."""

import numpy as np


def price_metrics(
    predicted,
    price,
    *,
    catastrophe=5e5,
    critical=15e6,
    catastrophe_weight=2.0,
    critical_weight=10.0,
    over=1.0,
    under=1.0,
    rate=1.0,
):
    predicted, price = np.asarray(predicted, "f8"), np.asarray(price, "f8")
    error = predicted - price
    relative = error / np.maximum(price, 1)
    roubles = np.abs(error) * rate
    cost = np.minimum(roubles, catastrophe)
    cost = cost + catastrophe_weight * np.clip(roubles - catastrophe, 0, critical - catastrophe)
    cost = cost + critical_weight * np.maximum(roubles - critical, 0)
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
