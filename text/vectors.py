"""Phrases and word vectors, by gensim: learned on the training part, or a person's own."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors, Phrases, Word2Vec

from common.errors import UserError
from common.i18n import count_of
from text.cleaning import fold
from text.lexicon import Lexicon
from text.vocabulary import MIN_COUNT, MIN_PHRASE_COUNT

STRENGTH = 0.4
"""How much oftener together than apart: normalised pointwise mutual information, -1 to 1."""
MOST_WORDS = 2_000_000
"""Words and pairs that are counted; gensim forgets rare ones when there are more."""
MOST_GIVEN = 100_000
"""Words of a person's own vectors that are read: such files begin with the commonest."""
WIDEST = 2048


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


def learn_phrases(sentences: Iterable[list[str]]) -> list[tuple[str, str]]:
    """Return pairs of words that stand together oftener than chance would have them.

    sentences: lists of words, walked through once.

    >>> learn_phrases([["горячий", "вода"], ["нет", "вода"], ["и", "горячий"], ["и", "нет"]])
    []
    >>> learn_phrases([["горячий", "вода"], ["и", "нет"]] * 5)
    [('горячий', 'вода'), ('и', 'нет')]
    """
    learned = Phrases(
        sentences,
        min_count=MIN_PHRASE_COUNT,
        threshold=STRENGTH,
        scoring="npmi",
        max_vocab_size=MOST_WORDS,
        delimiter=" ",
    )
    pairs = [tuple(phrase.split(" ")) for phrase in learned.export_phrases()]
    return sorted(
        pair for pair in pairs if len(pair) == 2 and all(any(map(str.isalpha, w)) for w in pair)
    )


def learn_vectors(
    sentences: Iterable[list[str]], *, size: int, seed: int
) -> tuple[list[str], np.ndarray]:
    """Return (words, vectors (words, size) float32), commonest first, by word2vec.

    sentences: lists of words, phrases among them, walked through several times. The same seed
    gives the same vectors.

    Source: Mikolov et al., "Distributed representations of words and phrases" (2013).
    """
    model = Word2Vec(
        vector_size=size,
        min_count=MIN_COUNT,
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
        held = f"{count_of(count, 'vector')} of {count_of(size, 'number')}"
        raise UserError(f"{path}: {held}, which its size belies")
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


def merge_vectors(
    words: list[str], given: list[str], vectors: np.ndarray
) -> tuple[list[str], np.ndarray, str]:
    """Return the words of a person's vectors and, with vectors of 0, those of `words` that are
    not among them; and what to say of it.

    `кошка_NOUN` and `горячая::вода`, as some files write them, are known without their marks.

    Raises UserError where no word of `words` is among them.

    >>> joined, vectors, _ = merge_vectors(["кошка", "кот"], ["кошка_NOUN"], np.ones((1, 3)))
    >>> joined, vectors.sum(axis=1).tolist()
    (['кошка', 'кот'], [3.0, 0.0])
    """
    known: dict[str, int] = {}
    for row, name in enumerate(given):
        stem, mark, tag = name.rpartition("_")
        stem = stem if mark and tag.isupper() else name
        known.setdefault(fold(" ".join(stem.replace("::", " ").replace("_", " ").split())), row)
    shared = sum(word in known for word in words)
    if not shared:
        raise UserError("the word vectors that were given know no word of the training part")
    others = [word for word in words if word not in known]
    zeros = np.zeros((len(others), vectors.shape[1]), np.float32)
    note = (
        f"vectors of {count_of(len(known), 'word')}, {count_of(vectors.shape[1], 'number')} each; "
        f"among them {shared:,} of the training part's {len(words):,} words and phrases"
    )
    return [*known, *others], np.concatenate([vectors[list(known.values())], zeros]), note


def rescaled(vectors: np.ndarray) -> np.ndarray:
    """Return vectors at the scale that the network begins with: a standard deviation of 0.1.

    >>> round(float(rescaled(np.array([[3.0, -3.0]])).std()), 4)
    0.1
    """
    spread = float(vectors.std()) if vectors.size else 0.0
    return (vectors * (0.1 / spread) if spread > 0 else vectors).astype(np.float32)


def _is_text(line: bytes, size: int) -> bool:
    fields = line.split()
    if len(fields) < size + 1:
        return False
    try:
        [float(field) for field in fields[-size:]]
    except ValueError:
        return False
    return True
