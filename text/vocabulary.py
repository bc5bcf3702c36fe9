"""The numbers by which the network knows words, phrases and parts of speech."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np

from text.lexicon import Lexicon

UNKNOWN = 1
"""The number of a word or tag that training hardly saw; 0 is for no word at all."""
MIN_COUNT = 2
"""A word that stands fewer times in the training part is rare: it is UNKNOWN."""
MIN_PHRASE_COUNT = 4
"""So many times two words must stand together to be a phrase."""
SUBWORD_BUCKETS = 1 << 14
"""Numbers that an n-gram of a word takes for the network, 0 for none included."""

_FIRST = np.int64(1) << 32


class Vocabulary:
    """Numbers for words and phrases (`горячий вода`), from 2 on, and for parts of speech.

    steady_only: a word that is not in the vocabulary is read as a part of speech alone, without
    its n-grams and characters.
    """

    def __init__(
        self, words: Sequence[str], tags: Sequence[str], *, steady_only: bool = False
    ) -> None:
        self.words, self.tags, self.steady_only = list(words), list(tags), steady_only
        self._word, self._tag = (
            {text: number for number, text in enumerate(texts, UNKNOWN + 1)}
            for texts in (self.words, self.tags)
        )
        pairs = {}
        for phrase, number in self._word.items():
            first, mark, second = phrase.partition(" ")
            if mark and first in self._word and second in self._word:
                pairs[self._word[first] * _FIRST + self._word[second]] = number
        self._pairs = np.array(sorted(pairs), dtype=np.int64)
        self._phrases = np.array([pairs[pair] for pair in sorted(pairs)], dtype=np.int32)

    def table(self, lexicon: Lexicon, known: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return what the network reads of some rows of the lexicon.

        known: the lexicon's arrays. Returns (rows, columns) int32, as `text.model.COLUMNS` has
        it; no phrase begins anywhere yet.
        """
        word = _numbers(lexicon.lemmas, known["lemma"], self._word)
        tag = _numbers(lexicon.tags, known["tag"], self._tag)
        subwords = known["subwords"] % (SUBWORD_BUCKETS - 1) + 1
        subwords = np.where(known["subwords"] > 0, subwords, 0)
        characters = known["characters"]
        if self.steady_only:
            steady = (word != UNKNOWN)[:, None]
            subwords, characters = subwords * steady, characters * steady
        columns = [word[:, None], np.zeros((len(word), 1)), tag[:, None], subwords, characters]
        return np.concatenate(columns, axis=1, dtype=np.int32, casting="unsafe")

    def phrases(self, words: np.ndarray) -> np.ndarray:
        """Return the phrase that begins at each word, 0 where none does.

        words: (texts, tokens) numbers.
        """
        found = np.zeros_like(words)
        if len(self._pairs) and words.shape[1] > 1:
            keys = words[:, :-1].astype(np.int64) * _FIRST + words[:, 1:]
            place = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
            found[:, :-1] = np.where(self._pairs[place] == keys, self._phrases[place], 0)
        return found


def hashes_of(texts: Sequence[str]) -> np.ndarray:
    """Return a hash of each text, the same on every machine, (n,) uint32."""
    return np.array([crc32(text.encode("utf-8", "replace")) for text in texts], dtype=np.uint32)


def _numbers(texts: Sequence[str], rows: np.ndarray, numbers: dict[str, int]) -> np.ndarray:
    found = [numbers.get(texts[row], UNKNOWN) for row in rows.tolist()]
    return np.array(found, dtype=np.int32)
