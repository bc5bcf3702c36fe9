"""With the statistics of Python."""

import math
import statistics as s


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
    pairs = [(float(p), float(y)) for p, y in zip(predicted, price, strict=True)]
    errors = [p - y for p, y in pairs]
    shares = [(p - y) / y for p, y in pairs]

    def cost(e):
        size = abs(e) * rate
        if size <= catastrophe:
            paid = size
        elif size <= critical:
            paid = catastrophe + catastrophe_weight * (size - catastrophe)
        else:
            paid = catastrophe + catastrophe_weight * (critical - catastrophe)
            paid += critical_weight * (size - critical)
        return paid * (over if e > 0 else under) / rate

    return {
        "mape": s.fmean(map(abs, shares)),
        "median_ape": s.median(map(abs, shares)),
        "within_10": s.fmean(abs(x) <= 0.1 for x in shares),
        "within_20": s.fmean(abs(x) <= 0.2 for x in shares),
        "bias": s.median(shares),
        "mae": s.fmean(map(abs, errors)),
        "rmse": math.sqrt(math.fsum(e * e for e in errors) / len(errors)),
        "catastrophic": s.fmean(abs(e) * rate > catastrophe for e in errors),
        "critical": s.fmean(abs(e) * rate > critical for e in errors),
        "money_lost": s.fmean(map(cost, errors)),
    }
