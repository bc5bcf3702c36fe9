"""One text through the network once: the odds of the classes, and which words it looked at."""

import threading
from typing import Any

import numpy as np

from common.pipeline import Pipeline
from common.runs.ensemble import leading
from common.serving.network import output_of
from text.batches import MOST_TOKENS, EncodedTexts
from text.predict import unlabelled_texts


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

    def read(self, text: str) -> tuple[np.ndarray, list[tuple[str, float]]]:
        """Return the probability of each class, (1, classes) float64, and the tokens of the text
        with the share of attention that each got, most first."""
        prepared = self.pipeline.preprocessing
        encoded = EncodedTexts(*prepared.encode(unlabelled_texts(self.pipeline, [text])))
        tokens = encoded[0]
        logits = output_of(self.pipeline, prepared.inputs([tokens]))
        written = prepared.lexicon.tokens
        spelled = [written[token] for token in tokens[:MOST_TOKENS].tolist()]
        pairs = zip(spelled, self._noted.shares[0].tolist(), strict=False)
        by_share = sorted(pairs, key=lambda pair: -pair[1])
        return logits.double().softmax(dim=1).numpy(), by_share
