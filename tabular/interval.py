"""How far a price may be off: an interval from errors on flats that the network did not learn."""

import math

import numpy as np

COVERAGE = 0.8
"""Share of flats whose price is to lie in their interval."""


def conformal_factor(
    predicted: np.ndarray, actual: np.ndarray, coverage: float = COVERAGE
) -> float | None:
    """Return f, for intervals from p / f to p·f that hold the price in `coverage` of all cases.

        f = exp(q),  q the ⌈(n + 1)·coverage⌉-th smallest of |ln p̂ᵢ - ln pᵢ|

    Split conformal prediction: whatever the network is like, the interval of one more flat of the
    same kind holds its price with this probability at least, over the draw of the n flats.

    Args:
        predicted, actual: prices (n,) of flats that the network was not fitted on.
        coverage: between 0 and 1.

    Returns:
        The factor, at least 1; None where n is too small for the coverage.

    Source: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005.

    >>> actual = np.full(9, 100.0)
    >>> predicted = actual * np.arange(1.1, 2.0, 0.1)
    >>> round(conformal_factor(predicted, actual, 0.8), 3)
    1.8
    >>> conformal_factor(predicted[:3], actual[:3], 0.8) is None
    True
    """
    errors = np.sort(np.abs(np.log(predicted) - np.log(actual)))
    place = math.ceil((len(errors) + 1) * coverage)
    return None if place > len(errors) else float(np.exp(errors[place - 1]))


def share_covered(predicted: np.ndarray, actual: np.ndarray, factor: float) -> float:
    """Return the share of flats whose price lies from p / factor to p·factor.

    >>> share_covered(np.array([100.0, 100.0]), np.array([110.0, 130.0]), 1.2)
    0.5
    """
    within = (actual >= predicted / factor) & (actual <= predicted * factor)
    return float(within.mean())
