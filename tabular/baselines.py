"""What the networks are measured against: the laziest valuation, and one that nobody can beat.

Gradient-boosted trees, the classical rival, are met in `benchmarks/prices.py`: they need libraries
that the course does without.
"""

import numpy as np

from common.outcome import Outcome
from tabular.error_cost import ErrorCost
from tabular.metrics import price_metrics
from tabular.price_table import PriceTable


def baseline_outcomes(train: PriceTable, test: PriceTable, cost: ErrorCost) -> list[Outcome]:
    """Return the perfect valuer, where the market is simulated, and the median price, anywhere.

    Args:
        train: the training part; its median is what the laziest valuer says of every flat.
        test: the test part, which is valued.
        cost: what an error costs.
    """
    guesses = {"median price": np.full(len(test), np.median(train.price))}
    if test.fair_price is not None:
        guesses = {"perfect valuer": test.fair_price, **guesses}
    return [
        Outcome(name, price_metrics(guess, test.price, **cost), guess)
        for name, guess in guesses.items()
    ]
