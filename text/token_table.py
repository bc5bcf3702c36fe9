"""What the network reads of each token that was ever met, row by row as the lexicon has them."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np

from text.growable_array import GrowableTable
from text.lexicon import Lexicon
from text.ngrams import count_ngrams
from text.vocabulary import Vocabulary


class TokenTable:
    """The columns of a lexicon's tokens, which grow as it does; several threads may ask at once."""

    def __init__(self) -> None:
        self._table: GrowableTable | None = None
        self._growing = Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Without the lock, which no other process can be handed."""
        return {name: value for name, value in vars(self).items() if name != "_growing"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._growing = Lock()

    def clear(self) -> None:
        """Begin anew: the lexicon was emptied, or the vocabulary is another."""
        self._table = None

    def columns(
        self, lexicon: Lexicon, vocabulary: Vocabulary | None, weights: np.ndarray | None
    ) -> Mapping[str, Any]:
        """Return the columns, a row for each of the lexicon.

        Args:
            lexicon: the same each time, or one that begins anew, after `clear`.
            vocabulary: whose numbers are the column `tokens`, (1 + rows, 43), of which the first
                row is for no token; without, there is no such column.
            weights: (BUCKETS,) of the n-grams; one that weighs nothing is not counted.
        """
        with self._growing:
            there = len(self._table.columns["lemma"]) if self._table else 0
            if there < len(lexicon):
                rows = _rows_from(there, lexicon, vocabulary, weights)
                if self._table:
                    self._table.add(rows)
                else:
                    self._table = GrowableTable(rows)
            assert self._table is not None  # the lexicon has a row from the first
            return self._table.columns


def _rows_from(
    first: int, lexicon: Lexicon, vocabulary: Vocabulary | None, weights: np.ndarray | None
) -> dict[str, Any]:
    rows = lexicon.arrays(first)
    rows["ngram_counts"] = count_ngrams(
        rows.pop("char_ngrams"), rows.pop("char_ngram_ends"), weights
    )
    if vocabulary is not None:
        rows["tokens"] = vocabulary.table(lexicon, rows)
        if not first:
            rows["tokens"] = np.pad(rows["tokens"], ((1, 0), (0, 0)))
    return rows
