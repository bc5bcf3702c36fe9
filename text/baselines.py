"""What the networks are measured against on the test part.

The same networks with the other decision, and the one class that costs least if everything is
filed under it. TF-IDF with logistic regression, the classical rival, is no baseline of a run: its
weights are a part of the network (see `text.model`), and `benchmarks/messages.py` measures it
alone.
"""

from collections.abc import Mapping

import numpy as np

from common.outcome import Outcome
from common.pipeline import Pipeline
from text.answers import class_probabilities
from text.data import Texts
from text.decision import decide, decision_of, least_cost
from text.loss import IGNORE_INDEX
from text.metrics import class_metrics

OTHER = {"most_likely": "least_cost", "least_cost": "most_likely"}


def baseline_outcomes(test: Texts, pipelines: Mapping[str, Pipeline]) -> list[Outcome]:
    """Return what the networks are to be measured against.

    Args:
        test: the test part; texts of a class that training has not are left out.
        pipelines: the trained networks, by loss.

    Returns:
        An outcome for each network that decides otherwise than it does by itself, where mix-ups
        have prices, and one for the class that is the cheapest for everything.
    """
    prepared = next(iter(pipelines.values())).preprocessing
    true = prepared.targets(test.labels)
    known = np.flatnonzero(true != IGNORE_INDEX)
    true = true[known]
    found = []
    if prepared.priced:
        for loss, pipeline in pipelines.items():
            other = OTHER[decision_of(pipeline)]
            probabilities = class_probabilities(pipeline, test[known])
            chosen = decide(probabilities, pipeline, other)
            figures = class_metrics(chosen, true, prepared.costs, probabilities)
            found.append(Outcome(f"{loss}, {other.replace('_', ' ')}", figures))
    shares = np.array(prepared.counts, np.float64)[None] / sum(prepared.counts)
    always = int(least_cost(shares, prepared.costs)[0])
    figures = class_metrics(np.full(len(true), always), true, prepared.costs)
    return [*found, Outcome(f"always {prepared.classes[always]}", figures)]
