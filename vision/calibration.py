"""How likely what is marked is a thing: the odds that a network names, against what came true.

Source: Platt, "Probabilistic Outputs for Support Vector Machines" (1999); Lin, Lin and Weng, "A
note on Platt's probabilistic outputs" (2007), for the targets that are not quite 0 and 1.
"""

import numpy as np

from vision.second_look.classifier import sigmoid

STEPS = 100
"""Of Newton's method, at most: a few are enough."""
STEEPEST, FLATTEST = 4.0, 0.05
"""Of the slope: what a network says counts for something, and is no oracle."""
FARTHEST = 20.0
"""Of the offset."""
CERTAIN = 1e-9
"""How near to 0 and 1 a probability is let come."""


def logit(probability: np.ndarray | float) -> np.ndarray:
    """Return the log-odds of probabilities, finite at 0 and 1 too.

    >>> logit(0.5).item(), round(logit(0.75).item(), 3)
    (0.0, 1.099)
    """
    sure = np.clip(np.asarray(probability, np.float64), CERTAIN, 1 - CERTAIN)
    return np.log(sure / (1 - sure))


def fitted_odds(sure: np.ndarray, right: np.ndarray) -> tuple[float, float] | None:
    """Return slope and offset of log-odds = slope · logit(sure) + offset, as they came true.

    A logistic regression of `right` on the logit (**Platt scaling**). Where everything can be told
    by one threshold the slope would be without end, so that the targets are (n₊ + 1) / (n₊ + 2) and
    1 / (n₋ + 2) in place of 1 and 0.

    Args:
        sure: (n,) probabilities that a network names of things.
        right: (n,) bool, whether each was what it was taken for.

    Returns:
        None where all were right, or none.

    >>> sure = np.repeat([0.5, 0.9], 1000)
    >>> right = np.arange(2000) % 1000 < np.repeat([100, 500], 1000)  # 1 to 9, and even
    >>> slope, offset = fitted_odds(sure, right)
    >>> round(slope, 2), round(offset, 2)  # log 1/9 at a logit of 0, 0 at log 9
    (1.0, -2.19)
    """
    true = int(right.sum())
    false = len(right) - true
    if min(true, false) == 0:
        return None
    wanted = np.where(right, (true + 1) / (true + 2), 1 / (false + 2))
    x = np.stack([logit(sure), np.ones(len(sure))], axis=1)
    weights = np.array([1.0, float(np.log(true / false))])
    for _ in range(STEPS):
        likely = sigmoid(x @ weights)
        steep = (x * (likely * (1 - likely))[:, None]).T @ x + 1e-6 * np.eye(2)
        step = np.linalg.solve(steep, x.T @ (wanted - likely))
        weights = weights + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    slope, offset = np.clip(weights, (FLATTEST, -FARTHEST), (STEEPEST, FARTHEST))
    return float(slope), float(offset)
