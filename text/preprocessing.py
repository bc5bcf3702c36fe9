"""From texts to tensors. Whatever is learned, the training part teaches.

text -> tokens                      `tokens`     NLTK
token -> lemma, part of speech      `lexicon`    pymorphy2, each distinct word once
lemmas -> phrases, word vectors     `vectors`    gensim
everything -> a weighed bag         `ngrams`
"""

import itertools
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Self

import numpy as np
import torch
from tqdm import tqdm

from common.errors import UserError
from common.task import Preprocessing
from text.batches import Batches, Inputs
from text.costs import Costs
from text.data import Texts
from text.lexicon import Lexicon
from text.loss import IGNORED
from text.morphology import Morphology
from text.ngrams import BUCKETS, RUN, Tokens, Weigher, weighed
from text.sentences import Sentences
from text.vectors import learn_phrases, learn_vectors, read_vectors

MOST_TOKENS = 256
"""Tokens of a text that the network reads word by word; its bag holds them all."""
UNKNOWN = 1
"""The number of a word or tag that training hardly saw; 0 is for no word at all."""
RARE_TAG = 5
"""A part of speech, or a sign, that stands fewer times in the training part is unknown."""
SUBWORD_BUCKETS = 1 << 14
"""Numbers that a piece of a word takes for the network, 0 for none included."""
PREDICTED = 128
"""Texts in a batch that is only answered."""
QUIET = {"delay": 2, "disable": None, "leave": False}
"""A bar of progress is for what takes long, and for somebody who looks."""
LIKE_PASSAGES = 20
"""Documents of as many passages tell how evenly a piece is spread."""


class TextPreprocessing(Preprocessing):
    """Prepares texts.

    `transform` gives batches of the network's inputs, padded with 0 to the longest text of each:

        words       (n, tokens) int32, 0 beyond the end, 1 for unknown
        phrases     (n, tokens) int32, the phrase that begins at a word, or 0
        tags        (n, tokens) int32, parts of speech
        subwords    (n, tokens, 24) int32, hashed pieces of each word
        characters  (n, tokens, 16) int32
        buckets     (n, pieces) int32, and
        values      (n, pieces) float32: the bag of pieces, and what each weighs
    """

    def __init__(
        self,
        *,
        vectors: str | None = None,
        size: int = 48,
        batch_size: int = 64,
        seed: int = 0,
        morphology: Morphology | None = None,
    ) -> None:
        self.given, self.size, self.batch_size, self.seed = vectors, size, batch_size, seed
        self.lexicon = Lexicon(morphology or Morphology.cached())
        self.notes: list[str] = []

    def fit(self, train: Texts) -> Self:
        tokens, ends = self.encode(train)
        counts = dict.fromkeys(train.costs.classes, 0)
        for label in train.labels:
            counts[label] += 1
        kept = [name for name in train.costs.classes if counts[name]]
        if len(kept) < 2:
            raise UserError(
                f"the training part has texts of one class alone, {kept[0]!r}: nothing to learn"
            )
        self.classes, self.counts = kept, [counts[name] for name in kept]
        self.costs = train.costs.prices[
            np.ix_(*[[train.costs.classes.index(name) for name in kept]] * 2)
        ]
        self.priced = train.costs.given
        self._fit_words(tokens, ends)
        self._fit_bag(train, tokens, ends)
        self._fitted = train, tokens, ends
        self.notes = self._describe(train, tokens, counts)
        return self

    def transform(self, examples: Texts) -> Batches:
        tokens, ends = self.encode(examples)
        return Batches(partial(self.inputs, tokens, ends), len(ends), batch_size=PREDICTED)

    def data(self, examples: Texts, *, training: bool = False) -> Batches:
        """Return batches of (inputs, class); a class that training has not is `IGNORED`."""
        if training:
            fitted, tokens, ends = self._fitted
            if examples is not fitted:
                raise ValueError("training=True is for the very examples that fit() was given")
        else:
            tokens, ends = self.encode(examples)
        targets = torch.from_numpy(self.targets(examples.labels))
        seed = self.seed if training else None
        inputs = partial(self.inputs, tokens, ends)
        return Batches(inputs, len(ends), batch_size=self.batch_size, targets=targets, seed=seed)

    def targets(self, labels: np.ndarray) -> np.ndarray:
        """Return the number of each class, (n,) int64; `IGNORED` for one that training has not."""
        numbers = {name: number for number, name in enumerate(self.classes)}
        return np.array([numbers.get(label, IGNORED) for label in labels], dtype=np.int64)

    def inputs(self, tokens: np.ndarray, ends: np.ndarray, rows: np.ndarray) -> Inputs:
        """Return the network's inputs for some of the texts that the lexicon has encoded."""
        known = self._known()
        starts = np.where(rows > 0, ends[rows - 1], 0)
        lengths = ends[rows] - starts
        text = np.repeat(np.arange(len(rows)), lengths)
        place = np.arange(len(text)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        token = tokens[place + np.repeat(starts, lengths)]
        bag = weighed(Tokens(token, text, len(rows)), known, self.weights)

        longest = int(min(MOST_TOKENS, max(1, lengths.max(initial=0))))
        first = place < longest
        padded = np.zeros((len(rows), longest), np.int64)
        padded[text[first], place[first]] = token[first] + 1  # row 0 means no token here
        columns = [known[name][padded] for name in ("word", "tag_number")]
        words = columns[0]
        phrases = self._phrase_numbers(words)
        # Row 0 of these tables is "no token"; their own row 0, the unknown token, is at 1.
        arrays = (words, phrases, columns[1], known["pieces"][padded], known["letters"][padded])
        return tuple(torch.from_numpy(np.ascontiguousarray(array)) for array in (*arrays, *bag))

    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        values = {
            "classes": self.classes,
            "counts": self.counts,
            "priced": self.priced,
            "words": self.words,
            "tags": self.tags,
            "size": self.size,
        }
        return values, {"costs": self.costs, "weights": self.weights}

    @classmethod
    def restore(cls, values: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> Self:
        prepared = cls(size=int(values["size"]))
        prepared.classes = [str(name) for name in values["classes"]]
        prepared.counts = [int(count) for count in values["counts"]]
        prepared.priced = bool(values["priced"])
        prepared.words = [str(word) for word in values["words"]]
        prepared.tags = [str(tag) for tag in values["tags"]]
        prepared.costs, prepared.weights = arrays["costs"], arrays["weights"]
        prepared.vectors = None
        n = len(prepared.classes)
        if prepared.weights.shape != (BUCKETS,) or not np.isfinite(prepared.weights).all():
            raise UserError("preprocessing's weights of pieces do not fit")
        if n < 2 or len(prepared.counts) != n or prepared.costs.shape != (n, n):
            raise UserError("preprocessing's prices do not fit its classes")
        Costs(tuple(prepared.classes), prepared.costs).check("preprocessing's prices")
        return prepared

    def spell(self, token: int) -> str:
        """Return a token of the lexicon as it was written."""
        if not hasattr(self, "_spelled") or len(self._spelled) != len(self.lexicon):
            self._spelled = list(self.lexicon._rows)
        return self._spelled[token]

    def encode(self, examples: Texts) -> tuple[np.ndarray, np.ndarray]:
        texts = tqdm(examples.texts, "reading", len(examples), unit="text", **QUIET)
        encoded = self.lexicon.encode(texts)
        self.lexicon.morphology.save()
        return encoded

    def _fit_words(self, tokens: np.ndarray, ends: np.ndarray) -> None:
        """Learn the phrases, the vocabulary with its vectors, and the parts of speech."""
        self._table = None
        sentences = Sentences(self.lexicon, tokens, ends)
        pairs = learn_phrases(tqdm(sentences, "phrases", **QUIET))
        sentences.join(pairs)
        words, vectors = learn_vectors(
            tqdm(sentences, "vectors", **QUIET),
            size=self.size,
            seed=self.seed,
        )
        self.vectors = _evened(vectors)
        if self.given is not None:
            words, self.vectors = self._with_given(words)
            self.size = self.vectors.shape[1]
        self.words = words
        lexicon = self.lexicon.arrays()
        counts = np.bincount(lexicon["tag"][tokens], minlength=len(self.lexicon.tags))
        self.tags = [tag for tag, n in zip(self.lexicon.tags, counts, strict=True) if n >= RARE_TAG]

    def _with_given(self, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
        """The words that the person's vectors know, and then those that they do not, at zero."""
        given, vectors = read_vectors(self.given)
        known = {}
        for row, word in enumerate(given):
            known.setdefault(self._given_name(word), row)
        shared = sum(word in known for word in words)
        self._given_note = (
            f"{self.given}: vectors of {len(known):,} words, {vectors.shape[1]} numbers each; "
            f"{shared:,} of the {len(words):,} words and phrases of the training part are there"
        )
        if not shared:
            raise UserError(f"{self.given}: knows no word of the training part")
        others = [word for word in words if word not in known]
        vectors = _evened(vectors[list(known.values())])
        zeros = np.zeros((len(others), vectors.shape[1]), np.float32)
        return [*known, *others], np.concatenate([vectors, zeros])

    @staticmethod
    def _given_name(word: str) -> str:
        """RusVectores and others write `кошка_NOUN`, and phrases with `::` or `_`."""
        from text.cleaning import fold

        stem, mark, tag = word.rpartition("_")
        word = stem if mark and tag.isupper() and tag.isascii() else word
        return fold(word.replace("::", " ").replace("_", " ").strip()) or word

    def _fit_bag(self, train: Texts, tokens: np.ndarray, ends: np.ndarray) -> None:
        documents = train.documents
        self.bursts = documents is not None and len(documents) >= LIKE_PASSAGES * len(
            np.unique(documents)
        )
        weigher, known = Weigher(bursts=self.bursts), self._known()
        runs = _runs(documents if self.bursts else np.zeros(len(train), np.int64))
        for start, end in tqdm(runs, "weights", **QUIET):
            first = ends[start - 1] if start else 0
            lengths = np.diff(ends[start:end], prepend=first)
            text = np.repeat(np.arange(end - start), lengths)
            weigher.add(Tokens(tokens[first : ends[end - 1]], text, end - start), known)
        self.weights = weigher.weights()

    def _known(self) -> dict[str, np.ndarray]:
        """The lexicon's arrays, and its rows in this preprocessing's vocabulary."""
        if getattr(self, "_table", None) is None or len(self._table["lemma"]) != len(self.lexicon):
            self._table = self._tabulate()
        return self._table

    def _tabulate(self) -> dict[str, np.ndarray]:
        known = self.lexicon.arrays()
        hashes = {"lemma": _hashes(self.lexicon.lemmas), "tag": _hashes(self.lexicon.tags)}
        known |= {f"{name}_hash": hashes[name][known[name]] for name in hashes}
        if hasattr(self, "words"):
            word = _numbers(self.lexicon.lemmas, self.words)[known["lemma"]]
            tag = _numbers(self.lexicon.tags, self.tags)[known["tag"]]
            pieces = np.where(
                known["subwords"] > 0, known["subwords"] % (SUBWORD_BUCKETS - 1) + 1, 0
            )
            known |= {
                "word": _shifted(word),
                "tag_number": _shifted(tag),
                "pieces": _shifted(pieces),
                "letters": _shifted(known["characters"]),
            }
        return known

    def _phrase_numbers(self, words: np.ndarray) -> np.ndarray:
        """The phrase that begins at each word, 0 where none does."""
        if not hasattr(self, "_pairs"):
            numbers = {word: number for number, word in enumerate(self.words, UNKNOWN + 1)}
            pairs = {}
            for phrase, number in numbers.items():
                first, mark, second = phrase.partition(" ")
                if mark and first in numbers and second in numbers:
                    pairs[numbers[first] * (1 << 32) + numbers[second]] = number
            self._pairs = np.array(sorted(pairs), np.int64)
            self._phrases = np.array([pairs[pair] for pair in sorted(pairs)], np.int32)
        found = np.zeros_like(words)
        if len(self._pairs) and words.shape[1] > 1:
            keys = words[:, :-1].astype(np.int64) * (1 << 32) + words[:, 1:]
            place = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
            found[:, :-1] = np.where(self._pairs[place] == keys, self._phrases[place], 0)
        return found

    def _describe(self, train: Texts, tokens: np.ndarray, counts: Mapping[str, int]) -> list[str]:
        shown = ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)
        phrases = sum(" " in word for word in self.words)
        notes = [
            f"classes in the training part: {shown}",
            f"{len(tokens):,} tokens, {len(self.lexicon) - 1:,} distinct; {len(self.words):,} "
            f"words and phrases have vectors, {phrases:,} of them phrases",
        ]
        if self.given is not None:
            notes.append(self._given_note)
        for name in train.costs.classes:
            if not counts[name]:
                notes.append(f"class {name!r} has no text in the training part: never answered")
        if self.bursts:
            notes.append("pieces that come in bursts, as names and topics do, weigh little")
        return notes


def _runs(documents: np.ndarray) -> list[tuple[int, int]]:
    """Cut texts, those of one document in a row, into runs of about `RUN` of one document."""
    edges = [0, *(np.flatnonzero(np.diff(documents)) + 1), len(documents)]
    runs = []
    for start, end in itertools.pairwise(edges):
        cuts = np.linspace(start, end, max(1, (end - start) // RUN) + 1).astype(int)
        runs += list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
    return [(start, end) for start, end in runs if end > start]


def _numbers(texts: Sequence[str], vocabulary: Sequence[str]) -> np.ndarray:
    """The place of each text in a vocabulary, from 2 on; 1 for those that are not there."""
    places = {text: place for place, text in enumerate(vocabulary, UNKNOWN + 1)}
    return np.array([places.get(text, UNKNOWN) for text in texts], dtype=np.int32)


def _shifted(table: np.ndarray) -> np.ndarray:
    """A table with one more row before it, all 0, for places without a token."""
    return np.concatenate([np.zeros_like(table[:1]), table]).astype(np.int32)


def _hashes(texts: Sequence[str]) -> np.ndarray:
    from zlib import crc32

    return np.array([crc32(text.encode("utf-8", "replace")) for text in texts], dtype=np.uint32)


def _evened(vectors: np.ndarray) -> np.ndarray:
    """Vectors at the scale that the network begins with: a tenth of a standard deviation."""
    spread = float(vectors.std()) if vectors.size else 0.0
    return (vectors * (0.1 / spread) if spread > 0 else vectors).astype(np.float32)
