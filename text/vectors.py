"""Phrases and word vectors, by gensim: learned on the training part, or a person's own."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors, Phrases, Word2Vec

from common.errors import UserError

LEAST = 2
"""A word that stands fewer times in the training part is unknown."""
LEAST_PHRASE = 4
"""So many times two words must stand together to be a phrase."""
STRENGTH = 0.4
"""How much oftener together than apart: normalised pointwise mutual information, -1 to 1."""
MOST_WORDS = 2_000_000
"""Words and pairs that are counted; gensim forgets rare ones when there are more."""
MOST_GIVEN = 100_000
"""Words of a person's own vectors that are read: such files begin with the commonest."""
WIDEST = 2048

Sentences = Iterable[list[str]]


def learn_phrases(sentences: Sentences) -> list[tuple[str, str]]:
    """Return pairs of words that stand together oftener than chance would have them.

    sentences: lists of words, walked through once.

    >>> learn_phrases([["горячий", "вода"], ["вода", "и", "горячий"], ["и", "нет"]] * 5)
    []
    >>> learn_phrases([["горячий", "вода"], ["и", "нет"], ["нет", "и"]] * 5)[0]
    ('горячий', 'вода')
    """
    learned = Phrases(
        sentences,
        min_count=LEAST_PHRASE,
        threshold=STRENGTH,
        scoring="npmi",
        max_vocab_size=MOST_WORDS,
        delimiter=" ",
    )
    pairs = [tuple(phrase.split(" ")) for phrase in learned.export_phrases()]
    return sorted(
        pair for pair in pairs if len(pair) == 2 and all(any(map(str.isalpha, w)) for w in pair)
    )


def learn_vectors(sentences: Sentences, *, size: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Return (words, vectors (words, size) float32), commonest first, by word2vec.

    sentences: lists of words, phrases among them, walked through several times. The same seed
    gives the same vectors.

    Source: Mikolov et al., "Distributed representations of words and phrases" (2013).
    """
    model = Word2Vec(
        vector_size=size,
        min_count=LEAST,
        sg=1,
        window=5,
        seed=seed,
        workers=1,  # with more, the order of the threads would decide
        max_vocab_size=MOST_WORDS,
    )
    model.build_vocab(sentences)
    if not model.wv.index_to_key:
        return [], np.zeros((0, size), np.float32)
    model.train(sentences, total_examples=model.corpus_count, epochs=5)
    return list(model.wv.index_to_key), model.wv.vectors.astype(np.float32)


def read_vectors(path: str | Path) -> tuple[list[str], np.ndarray]:
    """Read a person's word vectors, in word2vec's text or binary format; nothing in it is run.

    Of a large file the first 100,000 words are read.

    Raises UserError for a file that is neither.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            header, second = file.readline(64), file.readline(1 << 16)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from None
    found = re.fullmatch(rb"(\d{1,10}) (\d{1,6})\s*", header)
    if found is None:
        raise UserError(
            f"{path}: not word vectors, whose first line has two numbers: how many words there "
            "are, and how long a vector is"
        )
    count, size = int(found[1]), int(found[2])
    if not (count and 0 < size <= WIDEST) or path.stat().st_size < count * size:
        raise UserError(f"{path}: {count:,} vectors of {size:,} numbers, which its size belies")
    try:
        vectors = KeyedVectors.load_word2vec_format(
            path, binary=not _is_text(second, size), limit=MOST_GIVEN, unicode_errors="replace"
        )
    except (ValueError, EOFError, IndexError, KeyError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else "it ends too early"
        raise UserError(f"{path}: damaged word vectors: {reason}") from None
    if not np.isfinite(vectors.vectors).all():
        raise UserError(f"{path}: word vectors that are not finite")
    return list(vectors.index_to_key), vectors.vectors.astype(np.float32)


def _is_text(line: bytes, size: int) -> bool:
    fields = line.split()
    if len(fields) < size + 1:
        return False
    try:
        [float(field) for field in fields[-size:]]
    except ValueError:
        return False
    return True
