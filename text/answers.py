"""What a trained network says of texts: their classes, how probable they are, what they cost."""

from dataclasses import dataclass

import numpy as np

from common.pipeline import Pipeline
from text.batches import EncodedTexts, alike_batches, never_few, prefetched
from text.costs import Costs
from text.data import Strings, Texts
from text.decision import decide, expected_costs


@dataclass(frozen=True)
class Answers:
    """The class of each text, how probable it is, and what it must be expected to cost."""

    label: np.ndarray
    probability: np.ndarray
    cost: np.ndarray


def class_probabilities(pipeline: Pipeline, examples: Texts) -> np.ndarray:
    """Return the probability of each class for each text, (n, classes) float64.

    On most processors it is the same to the last bit whichever texts stand beside it; see
    `text.batches.never_few`.
    """
    prepared = pipeline.preprocessing
    encoded = EncodedTexts(*prepared.encode(examples))
    batches = alike_batches(encoded.lengths)
    inputs = (never_few(prepared.inputs([encoded[row] for row in rows])) for rows in batches)
    probabilities = np.empty((len(examples), len(prepared.classes)))
    for rows, logits in zip(batches, pipeline.outputs(prefetched(inputs)), strict=True):
        probabilities[rows] = logits[: len(rows)].double().softmax(dim=1).numpy()
    return probabilities


def answer(pipeline: Pipeline, examples: Texts) -> Answers:
    """Return the answer to each text, as the pipeline's decision has it."""
    return decided(pipeline, class_probabilities(pipeline, examples))


def decided(pipeline: Pipeline, probabilities: np.ndarray) -> Answers:
    """Return the answers that probabilities (n, classes) come to."""
    prepared, rows = pipeline.preprocessing, np.arange(len(probabilities))
    chosen = decide(probabilities, pipeline)
    return Answers(
        np.array(prepared.classes, dtype=object)[chosen],
        probabilities[rows, chosen],
        expected_costs(probabilities, prepared.costs)[rows, chosen],
    )


def unlabelled_texts(pipeline: Pipeline, texts: Strings) -> Texts:
    """Return texts whose classes are not known, as a trained network takes them."""
    unknown = np.array([""] * len(texts), dtype=object)
    return Texts(texts, unknown, Costs.equal(pipeline.preprocessing.classes), unknown)
