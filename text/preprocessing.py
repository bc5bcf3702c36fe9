"""From texts to tensors. Whatever is learned, the training part teaches.

text -> tokens                      `tokens`      NLTK
token -> lemma, part of speech      `lexicon`     pymorphy2, each distinct word once
lemmas -> phrases, word vectors     `vectors`     gensim
lemmas, tags -> numbers             `vocabulary`
everything -> a weighed bag         `ngrams`
"""

import copy
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import torch
from tqdm import tqdm

from common.errors import UserError
from common.i18n import count_of
from common.preprocessing import Preprocessing
from text.batches import PREDICTED, Batches, EncodedTexts, Inputs, collate, edges_of
from text.costs import Costs
from text.data import Texts
from text.lexicon import Lexicon
from text.loss import IGNORE_INDEX
from text.morphology import Morphology
from text.ngrams import BUCKETS, RUN, NgramWeights, Tokens, buckets_of
from text.token_table import TokenTable
from text.vectors import (
    Sentences,
    learn_phrases,
    learn_vectors,
    merge_vectors,
    read_vectors,
    rescaled,
)
from text.vocabulary import Vocabulary, hashes_of

ENOUGH_TOKENS = 5_000_000
"""From a larger training part, phrases, vectors and weights are learned from every so many texts:
they would hardly change, and the time would grow."""
BLOCK = 1000
"""Texts that are weighed at once."""
MANY_WORDS = 10_000
"""New words that are worth writing down at once."""
RARE_TAG = 5
"""A part of speech, or a sign, that stands fewer times in the training part is unknown."""
LIKE_PASSAGES = 20
"""Documents of as many passages tell how evenly an n-gram is spread."""
STEADY = 1.5
"""Words more bursty than this say what a document is about, and not what it is like."""


def _progress(items: Any, what: str) -> Any:
    """A bar of progress, for what takes long and for somebody who looks."""
    return tqdm(items, what, len(items), unit="text", delay=2, disable=None, leave=False)


class TextPreprocessing(Preprocessing):
    """Prepares texts.

    `transform` gives batches of the network's four inputs, made by `text.batches.collate`:

        token_ids   (n, tokens) int32, which token stands there, 0 beyond the text's end
        tokens      (1, distinct, 43) int32, each distinct token of the batch: word, phrase,
                    part of speech, hashed n-grams, characters
        ngrams      (n, most) int32, the bag of n-grams, hashed
        weights     (n, most) float32, what each of them weighs

    vectors_file: a file of word vectors to use; without, vectors of `size` numbers are learned.
    """

    def __init__(
        self,
        *,
        vectors_file: str | None = None,
        size: int = 48,
        batch_size: int = 64,
        seed: int = 0,
        morphology: Morphology | None = None,
    ) -> None:
        self.vectors_file, self.size, self.batch_size, self.seed = (
            vectors_file,
            size,
            batch_size,
            seed,
        )
        self.lexicon = Lexicon(morphology or Morphology.cached())
        self.notes: list[str] = []
        self.vectors: np.ndarray | None = None  # of the words, before training; not saved
        self._token_table = TokenTable()

    def fit(self, train: Texts) -> Self:
        tokens, ends = self.encode(train)
        counts = Counter(train.labels)
        self.classes = [name for name in train.costs.classes if counts[name]]
        if len(self.classes) < 2:
            raise UserError(
                f"the training part has texts of one class alone, {self.classes[0]!r}: "
                "there is nothing to learn"
            )
        self.counts = [counts[name] for name in self.classes]
        self.costs, self.priced = train.costs.among(self.classes), train.costs.given
        ngram_weights = self._fit_bag(train, tokens, ends)
        self._fit_words(tokens, ends, ngram_weights)
        self._fitted = train, tokens, ends
        self.lexicon.morphology.save()
        self.notes = self._describe(train, len(tokens))
        return self

    def continued(self, train: Texts, *, unfitted: Self) -> Self:
        """Return this preparation for other texts; new prices of its classes take their place."""
        strange = sorted(set(train.labels) - set(self.classes))
        if strange:
            names, known = (", ".join(map(repr, some[:12])) for some in (strange, self.classes))
            raise UserError(
                f"classes that the network does not know: {names}; it learned {known}",
                ru=f"классы, которых сеть не знает: {names}; она училась на: {known}",
            )
        other = copy.copy(self)
        other.batch_size, other.seed = unfitted.batch_size, unfitted.seed
        other.vectors_file = unfitted.vectors_file  # whose vectors stay as they are
        if train.costs.given:
            other.costs, other.priced = train.costs.among(self.classes), True
        tokens, ends = other.encode(train)
        other._fitted = train, tokens, ends
        counts = Counter(train.labels)
        shown = ", ".join(f"{name} {counts[name]:,}" for name in self.classes)
        other.notes = [f"classes in the training part: {shown}"]
        return other

    def transform(self, examples: Texts) -> Batches:
        encoded = EncodedTexts(*self.encode(examples))
        edges = edges_of(encoded.lengths, PREDICTED)
        return Batches(encoded, self.inputs, edges=edges)

    def data(self, examples: Texts, *, training: bool = False) -> Batches:
        """Return batches of (inputs, class); a class that training has not is `IGNORE_INDEX`."""
        if training:
            fitted, tokens, ends = self._fitted
            if examples is not fitted:
                raise ValueError("training=True is for the very examples that fit() was given")
        else:
            tokens, ends = self.encode(examples)
        return Batches(
            EncodedTexts(tokens, ends),
            self.inputs,
            edges=[*range(0, len(ends), self.batch_size), len(ends)],
            targets=torch.from_numpy(self.targets(examples.labels)),
            seed=self.seed if training else None,
        )

    def encode(self, examples: Texts) -> tuple[np.ndarray, np.ndarray]:
        """Return the texts as rows of the lexicon, and where each ends; see `Lexicon.encode`."""
        encoded = self.lexicon.encode(_progress(examples.texts, "reading"))
        # A stream has a few new words in every block: not for each is the whole file written.
        self.lexicon.morphology.save(at_least=MANY_WORDS)
        return encoded

    def targets(self, labels: np.ndarray) -> np.ndarray:
        """Return the number of each class, (n,) int64, or `IGNORE_INDEX` if training has it not."""
        numbers = {name: number for number, name in enumerate(self.classes)}
        return np.array([numbers.get(label, IGNORE_INDEX) for label in labels], dtype=np.int64)

    def inputs(self, texts: Sequence[np.ndarray]) -> Inputs:
        """Return the network's inputs for some texts, the rows of each one's tokens."""
        return collate(texts, self.known(), self.vocabulary, self.weights)

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        values = {
            "classes": self.classes,
            "counts": self.counts,
            "priced": self.priced,
            "words": self.vocabulary.words,
            "tags": self.vocabulary.tags,
            "steady_only": self.vocabulary.steady_only,
            "size": self.size,
        }
        return values, {"costs": self.costs, "weights": self.weights}

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        prepared = cls(size=int(values["size"]))
        prepared.classes = list(map(str, values["classes"]))
        prepared.counts = list(map(int, values["counts"]))
        prepared.priced = bool(values["priced"])
        words, tags = (list(map(str, values[name])) for name in ("words", "tags"))
        prepared.vocabulary = Vocabulary(words, tags, steady_only=bool(values["steady_only"]))
        prepared.costs, prepared.weights = arrays["costs"], arrays["weights"]
        n = len(prepared.classes)
        if prepared.weights.shape != (BUCKETS,) or not np.isfinite(prepared.weights).all():
            raise UserError("preprocessing's weights of n-grams do not fit")
        if n < 2 or len(prepared.counts) != n or min(prepared.counts) < 1:
            raise UserError("preprocessing's classes and their counts do not fit")
        Costs(tuple(prepared.classes), prepared.costs).check("preprocessing's prices")
        return prepared

    def _fit_bag(self, train: Texts, tokens: np.ndarray, ends: np.ndarray) -> NgramWeights:
        documents = train.documents
        if documents is not None and len(train) >= LIKE_PASSAGES * len(np.unique(documents)):
            ngram_weights, runs = NgramWeights(bursts=True), _runs(documents, RUN)
        else:
            ngram_weights, runs = NgramWeights(bursts=False), _runs(np.zeros(len(train)), BLOCK)
        known = self.known()
        for start, end in _progress(runs[:: _step(len(tokens))], "weighing"):
            first = ends[start - 1] if start else 0
            text = np.repeat(np.arange(end - start), np.diff(ends[start:end], prepend=first))
            ngram_weights.add(Tokens(tokens[first : ends[end - 1]], text, end - start), known)
        self.weights = ngram_weights.weights()
        return ngram_weights

    def _fit_words(self, tokens: np.ndarray, ends: np.ndarray, ngram_weights: NgramWeights) -> None:
        """Learn the phrases, the vocabulary with its vectors, and the parts of speech."""
        sentences = Sentences(self.lexicon, tokens, ends, step=_step(len(tokens)))
        sentences.join(learn_phrases(_progress(sentences, "phrases")))
        words, vectors = learn_vectors(
            _progress(sentences, "vectors"), size=self.size, seed=self.seed
        )
        if self.vectors_file is not None:
            words, vectors, note = merge_vectors(words, *read_vectors(self.vectors_file))
            self.size, self._vectors_note = vectors.shape[1], f"{self.vectors_file}: {note}"
        if ngram_weights.bursts:
            # The network is to read the others as parts of speech: names and topics fade.
            lemmas = self.lexicon.lemmas
            steady = ngram_weights.burstiness()[buckets_of(hashes_of(lemmas))] <= STEADY
            kept = set(itertools.compress(lemmas, steady))
            rows = [row for row, word in enumerate(words) if kept.issuperset(word.split(" "))]
            words, vectors = [words[row] for row in rows], vectors[rows]
        tags = np.bincount(self.known()["tag"][tokens], minlength=len(self.lexicon.tags))
        common = list(itertools.compress(self.lexicon.tags, tags >= RARE_TAG))
        self.vocabulary = Vocabulary(words, common, steady_only=ngram_weights.bursts)
        self.vectors = rescaled(vectors)
        self._token_table.clear()

    def forget(self) -> None:
        """Begin the lexicon anew: a stream has new tokens without end."""
        self.lexicon.forget()
        self._token_table.clear()

    def known(self) -> Mapping[str, Any]:
        """What is known of each row of the lexicon; before `fit`, no more than the lexicon says."""
        vocabulary, weights = getattr(self, "vocabulary", None), getattr(self, "weights", None)
        return self._token_table.columns(self.lexicon, vocabulary, weights)

    def _describe(self, train: Texts, tokens: int) -> list[str]:
        shown = zip(self.classes, self.counts, strict=True)
        words = self.vocabulary.words
        phrases = sum(" " in word for word in words)
        notes = [
            "classes in the training part: " + ", ".join(f"{name} {n:,}" for name, n in shown),
            f"{count_of(tokens, 'token')}, {len(self.lexicon) - 1:,} distinct; "
            f"known by themselves: {count_of(len(words) - phrases, 'word')} and "
            f"{count_of(phrases, 'phrase')}",
        ]
        if self.vectors_file is not None:
            notes.append(self._vectors_note)
        if _step(tokens) > 1:
            notes.append(
                f"phrases, vectors and weights are learned from one text of {_step(tokens)}"
            )
        for name in set(train.costs.classes) - set(self.classes):
            notes.append(f"class {name!r} has no text in the training part: never answered")
        if self.vocabulary.steady_only:
            notes.append(
                "words that come in bursts, as names and topics do, are read as parts of speech, "
                "and weigh little in the bag"
            )
        return notes


def _step(tokens: int) -> int:
    """Of how many texts one is enough to learn phrases, vectors and weights from."""
    return max(1, tokens // ENOUGH_TOKENS)


def _runs(documents: np.ndarray, length: int) -> list[tuple[int, int]]:
    """Cut texts, those of one document in a row, into runs of about `length` of one document."""
    edges = [0, *(np.flatnonzero(np.diff(documents)) + 1), len(documents)]
    runs: list[tuple[int, int]] = []
    for start, end in itertools.pairwise(edges):
        cuts = np.linspace(start, end, max(1, (end - start) // length) + 1).astype(int)
        runs += itertools.pairwise(cuts.tolist())
    return runs
