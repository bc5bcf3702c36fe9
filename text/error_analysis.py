"""What the network got wrong, for the page: its costliest mistakes, and where it looked."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from common.pipeline import Pipeline
from common.runs.ensemble import leading
from common.training.model_state import in_mode
from text.batches import MOST_TOKENS, EncodedTexts
from text.data import Texts
from text.model import TextNetwork
from text.preprocessing import TextPreprocessing

CLOSER = 12
"""Mistakes that are looked at closely."""
LOOKED = 5
"""Words that are named of those that the network looked at."""
SHOWN = 220
"""Characters of a text that are shown."""


@dataclass(frozen=True)
class Mistake:
    """A text that was filed wrongly.

    looked: the tokens that the attention weighed most, with their shares, the heaviest first.
    """

    text: str
    true: int
    answer: int
    probability: float
    cost: float
    looked: list[tuple[str, float]]


@dataclass(frozen=True)
class Artifacts:
    """The answers to the evaluated texts, and the mistakes among them, for the plots.

    true, answers: (n,) int64. costs: (classes, classes). mistakes: the costliest ones.
    """

    classes: tuple[str, ...]
    priced: bool
    true: np.ndarray
    answers: np.ndarray
    probabilities: np.ndarray
    costs: np.ndarray
    mistakes: list[Mistake]


def analyse_errors(
    pipeline: Pipeline,
    examples: Texts,
    probabilities: np.ndarray,
    answers: np.ndarray,
    true: np.ndarray,
) -> Artifacts:
    """Keep the answers, and read the costliest mistakes once more, with the attention."""
    prepared: TextPreprocessing = pipeline.preprocessing
    price = prepared.costs[true, answers]
    wrong = np.flatnonzero(answers != true)
    # Of equal prices, the one that the network was surest of.
    surest = probabilities[np.arange(len(true)), answers]
    order = np.lexsort((-surest[wrong], -price[wrong]))
    worst = wrong[order][:CLOSER]
    looked = attention(pipeline, examples[worst]) if len(worst) else []
    texts = list(examples[worst].texts)
    mistakes = [
        Mistake(
            shortened(text),
            int(true[row]),
            int(answers[row]),
            float(surest[row]),
            float(price[row]),
            words[:LOOKED],
        )
        for text, row, words in zip(texts, worst, looked, strict=True)
    ]
    return Artifacts(
        tuple(prepared.classes),
        prepared.priced,
        true,
        answers,
        probabilities,
        prepared.costs,
        mistakes,
    )


def attention(pipeline: Pipeline, examples: Texts) -> list[list[tuple[str, float]]]:
    """Return the tokens of each text with the share of attention that each got, most first."""
    prepared: TextPreprocessing = pipeline.preprocessing
    network = cast(TextNetwork, leading(pipeline.model))  # of several, the best one is looked into
    texts = EncodedTexts(*prepared.encode(examples))
    written = prepared.lexicon.tokens
    device = next(network.parameters()).device
    found = []
    for row in range(len(texts)):
        tokens = texts[row]
        token_ids, features, *_ = prepared.inputs([tokens])
        with in_mode(network, training=False), torch.no_grad():
            _, shares = network.read(token_ids.to(device), features.to(device))
        spelled = [written[token] for token in tokens[:MOST_TOKENS]]
        pairs = list(zip(spelled, shares[0].cpu().tolist(), strict=False))
        found.append(sorted(pairs, key=lambda pair: -pair[1]))
    return found


def shortened(text: str) -> str:
    """Return a text as one line that a page can show.

    >>> shortened("Вода\\n  течёт")
    'Вода течёт'
    """
    line = " ".join(text[: 4 * SHOWN].split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
