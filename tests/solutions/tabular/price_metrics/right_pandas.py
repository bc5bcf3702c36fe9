"""With pandas."""

import pandas as pd


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
    sold = pd.DataFrame({"said": predicted, "paid": price}).astype("float64")
    off = sold.said - sold.paid
    share, size = off / sold.paid, off.abs() * rate
    cost = size + (catastrophe_weight - 1) * (size - catastrophe).clip(lower=0)
    cost += (critical_weight - catastrophe_weight) * (size - critical).clip(lower=0)
    cost *= (off > 0).map({True: over, False: under})
    return {
        "mape": float(share.abs().mean()),
        "median_ape": float(share.abs().median()),
        "within_10": float(share.abs().le(0.1).mean()),
        "within_20": float(share.abs().le(0.2).mean()),
        "bias": float(share.median()),
        "mae": float(off.abs().mean()),
        "rmse": float(off.pow(2).mean() ** 0.5),
        "catastrophic": float(size.gt(catastrophe).mean()),
        "critical": float(size.gt(critical).mean()),
        "money_lost": float(cost.mean() / rate),
    }
