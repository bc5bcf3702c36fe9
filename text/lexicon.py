"""Every distinct token once: its lemma, its part of speech, its letters and pieces.

A text is then a row of numbers, and whatever is done for a token is done once for all its uses.
"""

from array import array
from collections.abc import Iterable
from zlib import crc32

import numpy as np

from text.cleaning import fold
from text.morphology import Morphology
from text.tokens import is_word, shape, tokenize

SIZES = (3, 4, 5, 2, 1)
"""Lengths of the pieces of a word, in the order in which they are kept."""
SUBWORDS = 24
"""Pieces of a word that the network embeds: the first ones."""
CHARACTERS = 16
"""Characters of a token that the network reads."""
ALPHABET = 1021
"""Characters are told apart by their number modulo this prime: no alphabet need be learned."""
MOST = 400_000
"""Distinct tokens that are kept; in a larger text the rest counts as one unknown token."""


class Lexicon:
    """Gives each distinct token a row, and keeps what is known of it by row.

    Row 0 is the token that nothing is known of. `lemmas` and `tags` are texts by their own
    numbers, so that a vocabulary is a table over them:

        lemma, tag     (rows,) int32, numbers of the lemma and of the tag
        characters     (rows, 16) int16, 0 beyond the token's end
        subwords       (rows, 24) uint32 hashes of pieces, 0 where there are no more
        grams          hashes of all pieces, row after row; those of row r end at `gram_ends[r]`
    """

    def __init__(self, morphology: Morphology) -> None:
        self.morphology = morphology
        self.forget()

    def forget(self) -> None:
        """Empty the lexicon: a stream without end has ever new tokens."""
        self._rows: dict[str, int] = {}
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._lemma, self._tag = array("i"), array("i")
        self._characters, self._grams = array("h"), array("I")
        self._ends = array("q")
        self._add("")

    def __len__(self) -> int:
        return len(self._ends)

    @property
    def tokens(self) -> list[str]:
        """The tokens as they were written, by row."""
        return list(self._rows)

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
        rows = self._rows
        for text in texts:
            for token in tokenize(text):
                row = rows.get(token)
                tokens.append(self._add(token) if row is None else row)
            ends.append(len(tokens))
        return np.array(tokens, dtype=np.int32), np.array(ends, dtype=np.int64)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is known by row, as the class describes it."""
        grams = np.array(self._grams, dtype=np.uint32)
        ends = np.array(self._ends, dtype=np.int64)
        starts = np.concatenate([[0], ends[:-1]])
        place = starts[:, None] + np.arange(SUBWORDS)
        there = place < ends[:, None]
        padded = np.append(grams, np.uint32(0))
        return {
            "lemma": np.array(self._lemma, dtype=np.int32),
            "tag": np.array(self._tag, dtype=np.int32),
            "characters": np.array(self._characters, dtype=np.int16).reshape(-1, CHARACTERS),
            "subwords": np.where(there, padded[np.where(there, place, len(grams))], 0),
            "grams": grams,
            "gram_ends": ends,
        }

    def _add(self, token: str) -> int:
        if len(self._ends) >= MOST:
            return 0
        row = self._rows[token] = len(self._ends)
        if not token:
            lemma, tag, form = "", "", ""
        elif is_word(token):
            analysis = self.morphology.analyse([token])[0]
            lemma, form = fold(analysis.lemma), fold(token)
            tag = analysis.part_of_speech
        else:
            lemma = tag = form = shape(token)
        for texts, text, numbers in zip(
            self._numbers, (lemma, tag), (self._lemma, self._tag), strict=True
        ):
            numbers.append(texts.setdefault(text, len(texts)))
        letters = [1 + ord(character) % ALPHABET for character in token[:CHARACTERS]]
        self._characters.extend(letters + [0] * (CHARACTERS - len(letters)))
        self._grams.extend(pieces(form))
        self._ends.append(len(self._grams))
        return row


def pieces(form: str) -> list[int]:
    """Return the hashes of all pieces of a word, its edges marked, none of them 0.

    >>> len(pieces("кран")) == len(["<кр", "кра", "ран", "ан>", "<кра", "кран", "ран>"]) + 2 + 5 + 4
    True
    """
    if not form:
        return []
    marked = f"<{form}>"
    found = []
    for size in SIZES:
        edge = 1 if size == 1 else 0  # a single edge says nothing
        last = len(marked) - size + 1 - edge
        found += [crc32(marked[i : i + size].encode()) or 1 for i in range(edge, last)]
    return found
