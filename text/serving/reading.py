"""Texts through the network once: the odds of the classes, and which words it looked at."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from common.pipeline import Pipeline
from common.runs.ensemble import leading
from common.serving.network import output_of
from text.answers import unlabelled_texts
from text.batches import MOST_TOKENS, EncodedTexts, alike_batches, never_few
from text.model import AttentionPooling

TOGETHER = 32
"""Clients with a text each who are answered together."""

Read = tuple[np.ndarray, list[tuple[str, float]]]
"""The probability of each class, (1, classes) float64, and the tokens of the text with the share
of attention that each got, most first."""


class Reader:
    """Reads single texts with a loaded network, those of several clients in one batch.

    What a text was looked at for is noted down as the network answers, so that it need not be read
    a second time. Of several networks, the best one's look is noted.

    together: how many texts are read in one batch: 1 where a trial shows that on this processor
    the last digit of an answer depends on who else asked.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self._noted = threading.local()  # another thread answers whole files with the same network
        network: Any = leading(pipeline.model)
        network.attention.register_forward_hook(self._note)
        self.together = TOGETHER if self._batch_invariant() else 1

    def _note(self, module: Any, given: Any, found: Any) -> None:
        self._noted.shares = found[1]

    def read(self, texts: Sequence[str]) -> list[Read]:
        """Return what each text is.

        Raises:
            UserError: an answer is not finite.
        """
        written = self.pipeline.preprocessing.lexicon.tokens
        found: dict[int, Read] = {}
        for rows, tokens, logits in self._batches(texts):
            odds, shares = logits.double().softmax(dim=1).numpy(), self._noted.shares.tolist()
            for place, row in enumerate(rows):
                spelled = [written[token] for token in tokens[place][:MOST_TOKENS].tolist()]
                words = sorted(zip(spelled, shares[place], strict=False), key=lambda one: -one[1])
                found[row] = odds[place : place + 1], words
        return [found[row] for row in range(len(texts))]

    def odds(self, texts: Sequence[str]) -> np.ndarray:
        """Return the probability of each class of each text, (texts, classes) float64."""
        found = np.empty((len(texts), len(self.pipeline.preprocessing.classes)))
        for rows, _, logits in self._batches(texts):
            found[rows] = logits[: len(rows)].double().softmax(dim=1).numpy()
        return found

    def _batches(
        self, texts: Sequence[str]
    ) -> Iterator[tuple[list[int], list[np.ndarray], Tensor]]:
        """Yield which texts stand in a batch, their tokens, and what the network says of them."""
        prepared = self.pipeline.preprocessing
        encoded = EncodedTexts(*prepared.encode(unlabelled_texts(self.pipeline, list(texts))))
        for rows in alike_batches(encoded.lengths):
            tokens = [encoded[row] for row in rows]
            yield (
                rows.tolist(),
                tokens,
                output_of(self.pipeline, never_few(prepared.inputs(tokens))),
            )

    def _batch_invariant(self) -> bool:
        """Whether texts come to the same bits alone and in batches, padded to longer ones.

        In which order the terms of a sum are added may depend on the shape of a batch, and on the
        processor; it does not depend on the numbers. So a few texts tell, of words that training
        knew, where all is compared that the attention handed on: hundreds of numbers rather than
        the few of the answer, in which a difference may be rounded away.
        """
        drawn, prepared = np.random.default_rng(0), self.pipeline.preprocessing
        words = drawn.choice([*prepared.vocabulary.words[:100], "вода"], 3 * MOST_TOKENS)
        lengths = [1, 2, *drawn.integers(3, 40, 14), *drawn.integers(40, MOST_TOKENS + 50, 16)]
        starts = drawn.integers(0, MOST_TOKENS, len(lengths)).tolist()
        places = zip(starts, drawn.permutation(lengths).tolist(), strict=True)
        texts = [" ".join(words[at : at + length]) for at, length in places]
        alone = [self._handed_on([text])[0] for text in texts]
        alike = all(
            torch.equal(found, wanted)
            for size in (2, 3, 5, 8, 13, TOGETHER)
            for at in range(0, len(texts), size)
            for found, wanted in zip(
                self._handed_on(texts[at : at + size]), alone[at : at + size], strict=True
            )
        )
        prepared.forget()  # the words of the trial
        return alike

    def _handed_on(self, texts: Sequence[str]) -> list[Tensor]:
        """Return of each text what the attentions of all networks handed on, and the answer."""
        noted: list[Tensor] = []

        def note(module: Any, given: Any, found: tuple[Tensor, Tensor]) -> None:
            noted.append(found[0].cpu())

        modules = self.pipeline.model.modules()
        hooks = [
            one.register_forward_hook(note) for one in modules if isinstance(one, AttentionPooling)
        ]
        found: dict[int, Tensor] = {}
        try:
            for rows, _, logits in self._batches(texts):
                all_of_it = torch.cat([*noted, logits], dim=1)
                found.update(zip(rows, all_of_it, strict=False))
                noted.clear()
        finally:
            for hook in hooks:
                hook.remove()
        return [found[row] for row in range(len(texts))]
