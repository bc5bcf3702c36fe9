"""Texts through the network once: the odds of the classes, and which words it looked at."""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from common.pipeline import Pipeline
from common.runs.ensemble import leading
from common.serving.network import output_of
from text.batches import MOST_TOKENS, EncodedTexts
from text.predict import unlabelled_texts

Read = tuple[np.ndarray, list[tuple[str, float]]]
"""The probability of each class, (1, classes) float64, and the tokens of the text with the share
of attention that each got, most first."""


class Reader:
    """Reads single texts with a loaded network.

    What a text was looked at for is noted down as the network answers, so that it need not be read
    a second time. Of several networks, the best one's look is noted.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._noted = threading.local()  # another thread answers whole files with the same network
        network: Any = leading(pipeline.model)
        network.attention.register_forward_hook(self._note)

    def _note(self, module: Any, given: Any, found: Any) -> None:
        self._noted.shares = found[1]

    def read(self, texts: Sequence[str]) -> list[Read | Exception]:
        """Return of each text what it is when it is read alone, to the last bit.

        They are prepared together, which costs less; the network reads each by itself, for in a
        batch the last digit of an answer may be another. An error is that of its own text.
        """
        prepared = self.pipeline.preprocessing
        encoded = EncodedTexts(*prepared.encode(unlabelled_texts(self.pipeline, list(texts))))
        tokens = [encoded[row] for row in range(len(encoded))]
        found: list[Read | Exception] = []
        for rows, inputs in zip(tokens, prepared.inputs_apart(tokens), strict=True):
            try:
                logits = output_of(self.pipeline, inputs)
            except Exception as error:  # it is raised for whoever asked
                found.append(error)
                continue
            written = prepared.lexicon.tokens
            spelled = [written[token] for token in rows[:MOST_TOKENS].tolist()]
            pairs = zip(spelled, self._noted.shares[0].tolist(), strict=False)
            by_share = sorted(pairs, key=lambda pair: -pair[1])
            found.append((logits.double().softmax(dim=1).numpy(), by_share))
        return found
