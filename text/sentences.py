"""Encoded texts as the lists of lemmas that gensim takes."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from text.lexicon import Lexicon


class Sentences:
    """Texts as lists of lemmas, to be walked through again and again; phrases joined.

    tokens, ends: as `Lexicon.encode` gives them. step: take one text of so many.
    """

    def __init__(
        self, lexicon: Lexicon, tokens: np.ndarray, ends: np.ndarray, *, step: int = 1
    ) -> None:
        self.lemmas = np.array(lexicon.lemmas, dtype=object)
        self.lemma = lexicon.arrays()["lemma"]
        self.tokens, self.ends, self.step = tokens, ends, step
        self.phrases: dict[str, set[str]] = {}

    def join(self, pairs: Sequence[tuple[str, str]]) -> None:
        """From now on write `горячий вода` as one word where the two stand together."""
        for first, second in pairs:
            self.phrases.setdefault(first, set()).add(second)

    def __iter__(self) -> Iterator[list[str]]:
        for text in range(0, len(self.ends), self.step):
            start = self.ends[text - 1] if text else 0
            words = self.lemmas[self.lemma[self.tokens[start : self.ends[text]]]].tolist()
            yield self._joined(words) if self.phrases else words

    def __len__(self) -> int:
        return -(-len(self.ends) // self.step)

    def _joined(self, words: list[str]) -> list[str]:
        joined, skip = [], False
        for word, following in itertools.zip_longest(words, words[1:]):
            if skip:
                skip = False
            elif following in self.phrases.get(word, ()):
                joined.append(f"{word} {following}")
                skip = True
            else:
                joined.append(word)
        return joined
