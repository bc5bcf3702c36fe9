"""Every distinct token once: its lemma, its part of speech, its letters and character n-grams.

A text is then a row of numbers, and whatever is done for a token is done once for all its uses.
"""

from array import array
from collections.abc import Iterable
from itertools import chain
from zlib import crc32

import numpy as np

from text.char_ngrams import char_ngrams
from text.cleaning import LONGEST, fold
from text.model import ALPHABET, CHARACTERS, SUBWORDS
from text.morphology import Morphology
from text.tokens import is_word, shape, splits_at_spaces, tokenize

MOST = 400_000
"""Distinct tokens that are kept; in a larger text the rest counts as one unknown token."""
MOST_CHUNKS = 200_000
"""Words with the signs that cling to them, whose tokens are remembered."""


class _Chunks(dict[str, tuple[int, ...]]):
    """The rows of the tokens of what stands between spaces; each distinct one is cut once."""

    def __init__(self, lexicon: "Lexicon") -> None:
        super().__init__()
        self.lexicon = lexicon

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        if len(self) >= MOST_CHUNKS:
            self.clear()
        found = self[chunk] = tuple(self.lexicon.rows_of(chunk))
        return found


class Lexicon:
    """Gives each distinct token a row, and keeps what is known of it by row.

    Row 0 is the token that nothing is known of. `lemmas` and `tags` are texts by their own
    numbers, so that a vocabulary is a table over them:

        lemma, tag     (rows,) int32, numbers of the lemma and of the tag
        lemma_hash, tag_hash   (rows,) uint32
        characters     (rows, 16) int16, 0 beyond the token's end
        subwords       (rows, 24) uint32 hashes of n-grams, 0 where there are no more
        char_ngrams    hashes of all n-grams, row after row; those of row r end at
                       `char_ngram_ends[r]`
    """

    def __init__(self, morphology: Morphology) -> None:
        self.morphology = morphology
        self.forget()

    def forget(self) -> None:
        """Empty the lexicon: a stream without end has ever new tokens."""
        self._rows: dict[str, int] = {}
        self._chunks = _Chunks(self)
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._lemma, self._tag = array("i"), array("i")
        self._hashes = array("I"), array("I")
        self._characters = array("h")
        self._forms: list[str] = []
        self.tokens: list[str] = []
        """The tokens as they were written, by row."""
        self._add("")

    def __len__(self) -> int:
        return len(self._forms)

    @property
    def lemmas(self) -> list[str]:
        return list(self._numbers[0])

    @property
    def tags(self) -> list[str]:
        return list(self._numbers[1])

    def encode(self, texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return (tokens, ends): the rows of all tokens, and where each text ends among them.

        Both are int32 and int64 arrays; text i holds tokens[ends[i - 1]:ends[i]].
        """
        tokens, ends = array("i"), array("q")
        chunks = self._chunks
        for text in texts:
            text = text[:LONGEST]
            if splits_at_spaces(text):
                tokens.extend(chain.from_iterable(map(chunks.__getitem__, text.split(" "))))
            else:
                tokens.extend(self.rows_of(text))
            ends.append(len(tokens))
        return np.frombuffer(tokens, dtype=np.int32), np.frombuffer(ends, dtype=np.int64)

    def rows_of(self, text: str) -> list[int]:
        """Return the rows of a text's tokens."""
        rows, found = self._rows, []
        for token in tokenize(text):
            row = rows.get(token)
            found.append(self._add(token) if row is None else row)
        return found

    def arrays(self, first: int = 0) -> dict[str, np.ndarray]:
        """Return what is known by row, as the class describes it, of the rows from `first` on.

        `char_ngram_ends` begin anew with them.
        """
        hashes, ends = char_ngrams(self._forms[first:])
        starts = np.concatenate([[0], ends[:-1]])[: len(ends)]
        place = starts[:, None] + np.arange(SUBWORDS)
        there = place < ends[:, None]
        padded = np.append(hashes, np.uint32(0))
        characters = np.array(self._characters[first * CHARACTERS :], dtype=np.int16)
        return {
            "lemma": np.array(self._lemma[first:], dtype=np.int32),
            "tag": np.array(self._tag[first:], dtype=np.int32),
            "lemma_hash": np.array(self._hashes[0][first:], dtype=np.uint32),
            "tag_hash": np.array(self._hashes[1][first:], dtype=np.uint32),
            "characters": characters.reshape(-1, CHARACTERS),
            "subwords": np.where(there, padded[np.where(there, place, len(hashes))], 0),
            "char_ngrams": hashes,
            "char_ngram_ends": ends,
        }

    def _add(self, token: str) -> int:
        if len(self._forms) >= MOST:
            return 0
        row = self._rows[token] = len(self._forms)
        if not token:
            lemma, tag, form = "", "", ""
        elif is_word(token):
            self.morphology.make_room()
            analysis = self.morphology.analyse([token])[0]
            lemma, form = fold(analysis.lemma), fold(token)
            tag = analysis.part_of_speech
        else:
            lemma = tag = form = shape(token)
        for texts, text, numbers, hashes in zip(
            self._numbers, (lemma, tag), (self._lemma, self._tag), self._hashes, strict=True
        ):
            numbers.append(texts.setdefault(text, len(texts)))
            hashes.append(crc32(text.encode("utf-8", "replace")))
        # By the code modulo a prime: no alphabet need be learned.
        letters = [1 + ord(character) % (ALPHABET - 1) for character in token[:CHARACTERS]]
        self._characters.extend(letters + [0] * (CHARACTERS - len(letters)))
        self._forms.append(form)
        self.tokens.append(token)
        return row
