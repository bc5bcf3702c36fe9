"""An error of exactly the threshold counts as above it."""

import numpy as np


def price_metrics(
    predicted,
    price,
    *,
    catastrophe=500_000,
    critical=15_000_000,
    catastrophe_weight=2.0,
    critical_weight=10.0,
    over=1.0,
    under=1.0,
    rate=1.0,
):
    predicted, price = np.asarray(predicted, np.float64), np.asarray(price, np.float64)
    error = predicted - price
    share = error / price
    size = np.abs(error) * rate
    cost = np.clip(size, 0, catastrophe)
    cost = cost + catastrophe_weight * (np.clip(size, catastrophe, critical) - catastrophe)
    cost = cost + critical_weight * (np.maximum(size, critical) - critical)
    figures = {
        "mape": np.mean(np.abs(share)),
        "median_ape": np.median(np.abs(share)),
        "within_10": np.mean(np.abs(share) <= 0.1),
        "within_20": np.mean(np.abs(share) <= 0.2),
        "bias": np.median(share),
        "mae": np.mean(np.abs(error)),
        "rmse": np.sqrt(np.mean(error**2)),
        "catastrophic": np.mean(size >= catastrophe),
        "critical": np.mean(size >= critical),
        "money_lost": np.mean(np.where(error > 0, over, under) * cost) / rate,
    }
    return {name: float(value) for name, value in figures.items()}
