"""What is said of texts that a network is to answer: damage, and words that it never met."""

from collections.abc import Sequence

import numpy as np

from text.preprocessing import TextPreprocessing
from text.text_quality import SAMPLE, damage_in, misread_notes
from text.tokens import is_word

STRANGE = 0.25
"""Share of the texts without any known word from which on that is said."""
_WHY = "are they of another language, or another subject?"


def notes_on_new(
    prepared: TextPreprocessing, texts: Sequence[str], rows: Sequence[int] | np.ndarray
) -> list[str]:
    """Return notes of texts that are damaged, or have no word that the network knows.

    Args:
        prepared: the preparation that training made.
        texts: (n) strings, none of them empty.
        rows: (n) the number of each.
    """
    some = np.unique(np.linspace(0, len(texts) - 1, min(SAMPLE, len(texts))).astype(np.int64))
    sample = [texts[place] for place in some]
    called = np.array([rows[place] for place in some], dtype=object)
    has_word, has_known = _words_in(prepared, sample)
    strange = np.flatnonzero(has_word & ~has_known)
    notes = damage_in(sample, called)
    if len(strange) and len(strange) >= STRANGE * has_word.sum():
        first = strange[0]
        notes.append(
            f"no word that training knew in {len(strange):,} of {len(sample):,} texts, such as row "
            f"{called[first]}: {sample[first][:20]!r}; {_WHY}"
        )
    return notes


def notes_on_documents(prepared: TextPreprocessing, passages: Sequence[str]) -> list[str]:
    """Return the same of passages of documents."""
    has_word, has_known = _words_in(prepared, passages)
    strange = np.flatnonzero(has_word & ~has_known)
    notes = misread_notes(passages)
    if len(strange) and len(strange) >= STRANGE * has_word.sum():
        notes.append(
            f"no word that training knew in {len(strange):,} of {len(passages):,} passages, such "
            f"as {passages[strange[0]][:20]!r}; {_WHY}"
        )
    return notes


def _words_in(prepared: TextPreprocessing, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Tell which texts have a word at all, and which have one that training knew, (n,) bool."""
    lexicon = prepared.lexicon
    in_training = {part for word in prepared.vocabulary.words for part in word.split(" ")}
    rows, ends = lexicon.encode(texts)
    lemmas, lemma_of = lexicon.lemmas, prepared.known()["lemma"]
    are_words, are_known = np.zeros((2, len(lexicon)), dtype=bool)
    for row in np.unique(rows):
        are_words[row] = is_word(lexicon.tokens[row])
        are_known[row] = are_words[row] and lemmas[lemma_of[row]] in in_training
    text = np.repeat(np.arange(len(texts)), np.diff(ends, prepend=0))
    has_word, has_known = (
        np.bincount(text, one[rows], len(texts)) > 0 for one in (are_words, are_known)
    )
    return has_word, has_known
