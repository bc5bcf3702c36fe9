"""The weights of an error that is no catastrophe count too."""

import numpy as np

from tabular.metrics import CATASTROPHE, CATASTROPHE_WEIGHT, CRITICAL, CRITICAL_WEIGHT


def price_metrics(
    predicted,
    price,
    *,
    catastrophe=CATASTROPHE,
    critical=CRITICAL,
    catastrophe_weight=CATASTROPHE_WEIGHT,
    critical_weight=CRITICAL_WEIGHT,
    over=1.0,
    under=1.0,
    rate=1.0,
):
    predicted, price = np.asarray(predicted, np.float64), np.asarray(price, np.float64)
    error = predicted - price
    relative = error / price
    size = np.abs(error) * rate
    cost = size
    cost = cost + catastrophe_weight * np.clip(size - catastrophe, 0, critical - catastrophe)
    cost = cost + critical_weight * np.maximum(size - critical, 0)
    sided = np.where(error > 0, over, under) * cost
    found = {
        "mape": np.mean(np.abs(relative)),
        "median_ape": np.median(np.abs(relative)),
        "within_10": np.mean(np.abs(relative) <= 0.1),
        "within_20": np.mean(np.abs(relative) <= 0.2),
        "bias": np.median(relative),
        "mae": np.mean(np.abs(error)),
        "rmse": np.sqrt(np.mean(error**2)),
        "catastrophic": np.mean(size > catastrophe),
        "critical": np.mean(size > critical),
        "money_lost": np.mean(sided) / rate,
    }
    return {name: float(value) for name, value in found.items()}
