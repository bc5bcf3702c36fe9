"""From probabilities to an answer: the likeliest class is not always the one to name.

A message is gas with probability 0.2 and thanks with 0.8. Thanks is the likelier. But if it is
filed under thanks and was gas, that costs 120,000, and the other way round 4,000:

    file under thanks: 0.2 · 120,000 = 24,000
    file under gas:    0.8 ·   4,000 =  3,200

So it goes to the emergency crew. The rule is Bayes': weigh each price with the probability of
having to pay it, and take the smallest sum.

Source: Wald, "Statistical decision functions" (1950); Elkan, "The foundations of cost-sensitive
learning" (2001).
"""

import numpy as np

from common.loss_registry import names_in
from common.pipeline import Pipeline


def expected_costs(probabilities: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Return what each answer must be expected to cost.

        expected[i, j] = Σ_y p[i, y]·C[y, j]

    probabilities: (n, classes), each row adds up to 1. costs: (classes, classes), rows are the
    true classes, columns the answers. Returns (n, classes), in the unit of the costs.

    >>> costs = np.array([[0, 120_000], [4_000, 0]])
    >>> expected_costs(np.array([[0.2, 0.8]]), costs).round().tolist()
    [[3200.0, 24000.0]]
    """
    return np.asarray(probabilities, np.float64) @ np.asarray(costs, np.float64)


def least_cost(probabilities: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Return the answer that must be expected to cost least, (n,) int64.

    The first, where several do. It is the best there is if the probabilities are honest; a
    network that is too sure of itself loses some of it, so look at its calibration.

    >>> least_cost(np.array([[0.2, 0.8]]), np.array([[0, 120_000], [4_000, 0]])).tolist()
    [0]
    """
    return expected_costs(probabilities, costs).argmin(axis=1)


def most_likely(probabilities: np.ndarray) -> np.ndarray:
    """Return the likeliest class, (n,) int64: the cheapest answer where all mix-ups cost alike.

    >>> most_likely(np.array([[0.2, 0.8]])).tolist()
    [1]
    """
    return np.asarray(probabilities).argmax(axis=1)


def decision_of(pipeline: Pipeline) -> str:
    """Return how a trained network's answer is chosen: "most_likely" or "least_cost".

    Unless the settings say: by least expected cost where mix-ups have prices. The cost loss has
    put its probability on the answer it means, so its likeliest class is that answer; a sum of
    losses with it does the same.
    """
    settings = pipeline.settings
    if settings.decision is not None:
        return settings.decision
    priced = pipeline.preprocessing.priced and "cost" not in names_in(settings.loss)
    return "least_cost" if priced else "most_likely"


def decide(
    probabilities: np.ndarray, pipeline: Pipeline, decision: str | None = None
) -> np.ndarray:
    """Choose an answer for each text, as the pipeline does or as `decision` says."""
    if (decision or decision_of(pipeline)) == "least_cost":
        return least_cost(probabilities, pipeline.preprocessing.costs)
    return most_likely(probabilities)
