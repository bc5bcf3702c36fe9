"""Classes of texts by two hands: PyTorch and Keras."""

from typing import Any

from common.comparison.ways import EVERYTHING, LAYERS, Comparison, Way


def evaluate(pipeline: Any, examples: Any) -> dict[str, float]:
    """Evaluate what has no attention to be looked into."""
    import numpy as np

    from text.answers import class_probabilities
    from text.decision import decide
    from text.loss import IGNORE_INDEX
    from text.metrics import class_metrics

    prepared = pipeline.preprocessing
    true = prepared.targets(examples.labels)
    known = np.flatnonzero(true != IGNORE_INDEX)
    probabilities = class_probabilities(pipeline, examples[known])
    chosen = decide(probabilities, pipeline)
    return class_metrics(chosen, true[known], prepared.costs, probabilities)


COMPARISON = Comparison(
    metrics=("lost", "missed", "macro_f1", "accuracy"),
    ways=(
        Way(
            "PyTorch",
            "text.comparison.with_pytorch",
            EVERYTHING,
            loss="text.loss:ExpectedCostLoss",
        ),
        Way(
            "Keras",
            "text.comparison.with_keras",
            LAYERS,
            loss="text.keras_loss:ExpectedCost",
        ),
    ),
    missing={
        "AutoML": "none: FLAML reads texts only with transformers that it downloads, and "
        "AutoKeras 3.0 wants Keras before 3.15; here the autopilot searches"
    },
    evaluate=evaluate,
)
