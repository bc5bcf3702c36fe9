"""A text as a bag of n-grams: of characters, lemmas and parts of speech, hashed and weighed.

Three bags, each of length 1, lie in one vector of `BUCKETS` numbers:

    characters             n-grams of one to five, the edges of words marked
    lemmas                 unigrams and bigrams
    parts of speech        n-grams of one to four, punctuation among them

An n-gram that stands c times in a text counts (1 + ln c)·w, where w is

    idf = 1 + ln((1 + n) / (1 + texts with it))            (TF-IDF)
    w   = idf / burst                                      where texts are passages of documents

`burst` is how unevenly an n-gram is spread (see `NgramWeights.burst`). The heroine's name fills one
chapter and is absent from the next; "however" is everywhere. So names and topics fade, and habits
of writing stay. Who would tell authors apart in books not seen needs the latter.

scikit-learn's HashingVectorizer and TfidfTransformer do the first of these for strings. Here the
n-grams of each distinct token are hashed once for all its uses, and burstiness is known.

Source: Weinberger et al., "Feature hashing for large scale multitask learning" (2009); Church and
Gale, "Poisson mixtures" (1995), for burstiness.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from text.padding import pad

BUCKETS = 1 << 18
RUN = 20
"""Passages of a document that are looked at together for its burstiness."""
LEAST_TEXTS = 2
"""An n-gram that stands in fewer texts of the training part is left out."""
LEAST_BURST = 0.5
"""What is spread more evenly than chance would is no better for it."""

_LEMMAS = 2
_SALTS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], dtype=np.uint64)


@dataclass(frozen=True)
class Tokens:
    """Texts as numbers.

    token: (tokens,) rows of the lexicon. text: (tokens,) which text each is in. count: how many
    texts there are.
    """

    token: np.ndarray
    text: np.ndarray
    count: int


def count_ngrams(
    hashes: np.ndarray, ends: np.ndarray, weights: np.ndarray | None = None
) -> sparse.csr_array:
    """Return how often each token has each n-gram, (rows, BUCKETS).

    hashes, ends: as `char_ngrams` gives them. weights: leave out n-grams that weigh nothing.
    """
    buckets = _bucket(hashes, 1).astype(np.int32)
    starts = np.concatenate([[0], ends])
    if weights is not None:
        kept = weights[buckets] > 0
        buckets, starts = buckets[kept], np.concatenate([[0], np.cumsum(kept)])[starts]
    ones = np.ones(len(buckets), np.float32)
    starts = starts.astype(np.int32)
    return sparse.csr_array((ones, buckets, starts), shape=(len(ends), BUCKETS))


def bags(
    tokens: Tokens, known: Mapping[str, Any], weights: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield for each of the three bags (text, bucket, count) of every n-gram, text by text.

    known: by row of the lexicon "lemma_hash", "tag_hash", and "ngram_counts" as `count_ngrams`
    gives them.
    weights: leave out n-grams that weigh nothing.
    """
    ends = np.cumsum(np.bincount(tokens.text, minlength=tokens.count))
    ones = np.ones(len(tokens.token), np.float32)
    shape = tokens.count, known["ngram_counts"].shape[0]
    texts = sparse.csr_array((ones, tokens.token, np.concatenate([[0], ends])), shape=shape)
    # Counting by a product of sparse matrices: of sorting all n-grams, ten times as long.
    found = texts @ known["ngram_counts"]
    yield np.repeat(np.arange(tokens.count), np.diff(found.indptr)), found.indices, found.data
    for name, longest, salt in (("lemma_hash", 2, _LEMMAS), ("tag_hash", 4, 3)):
        text, bucket = _runs(known[name][tokens.token], tokens.text, longest, salt=salt)
        if weights is not None:
            kept = weights[bucket] > 0
            text, bucket = text[kept], bucket[kept]
        yield _counted(text, bucket)


def _runs(
    hashes: np.ndarray, text: np.ndarray, longest: int, *, salt: int
) -> tuple[np.ndarray, np.ndarray]:
    """Runs of one to `longest` neighbours in one text."""
    mixed, texts, buckets = hashes.astype(np.uint64), [text], [_bucket(hashes, salt)]
    for length in range(1, longest):
        mixed = mixed[:-1] * _SALTS[length] + hashes[length:].astype(np.uint64)
        inside = text[length:] == text[: len(text) - length]
        texts.append(text[length:][inside])
        buckets.append(_bucket(mixed[inside], salt + 16 * length))
    return np.concatenate(texts), np.concatenate(buckets)


def _bucket(hashes: np.ndarray, salt: int) -> np.ndarray:
    mixed = (hashes.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(40)) % np.uint64(BUCKETS - 1) + np.uint64(1)


def buckets_of(lemmas: np.ndarray) -> np.ndarray:
    """Return the bucket of each lemma by itself, from its hash."""
    return _bucket(lemmas, _LEMMAS)


def _counted(text: np.ndarray, bucket: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (text, bucket, count) of each n-gram of each text, in order."""
    keys, counts = np.unique(
        text.astype(np.int64) * BUCKETS + bucket.astype(np.int64), return_counts=True
    )
    return keys // BUCKETS, keys % BUCKETS, counts


def weighed(
    tokens: Tokens, known: Mapping[str, Any], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (buckets, values), both (texts, most): each text's bag, padded with bucket 0.

    buckets: int32. values: float32; the squares of each of the three bags add up to 1.
    """
    found = []
    for text, bucket, counts in bags(tokens, known, weights):
        value = (1 + np.log(counts)) * weights[bucket]
        length = np.sqrt(np.bincount(text, weights=value**2, minlength=tokens.count))
        found.append((text, bucket, value / length[text]))
    text, bucket, value = map(np.concatenate, zip(*found, strict=True))
    order = np.argsort(text, kind="stable")
    columns = bucket.astype(np.int32), value.astype(np.float32)
    buckets, values = (pad(column[order], text[order], tokens.count) for column in columns)
    return buckets, values


class NgramWeights:
    """Learns the weight of each bucket, a run of texts at a time.

    bursts: whether the runs are passages of one document each, in their order.
    """

    def __init__(self, *, bursts: bool) -> None:
        self.bursts = bursts
        self.texts, self.runs = 0, 0
        self.frequency, self.squares = np.zeros(BUCKETS), np.zeros(BUCKETS)

    def add(self, tokens: Tokens, known: Mapping[str, Any]) -> None:
        """Count in how many texts of a run each n-gram stands."""
        found = np.zeros(BUCKETS)
        for _, bucket, _ in bags(tokens, known):
            found += np.bincount(bucket, minlength=BUCKETS)
        self.texts, self.runs = self.texts + tokens.count, self.runs + 1
        self.frequency += found
        self.squares += found**2 / max(1, tokens.count)

    def weights(self) -> np.ndarray:
        """Return (BUCKETS,) float32; 0 for an n-gram in fewer than two texts, and for bucket 0."""
        weights = 1 + np.log((1 + self.texts) / (1 + self.frequency))
        if self.bursts:
            weights /= np.maximum(self.burstiness(), LEAST_BURST)
        weights[self.frequency < LEAST_TEXTS] = 0
        weights[0] = 0
        return weights.astype(np.float32)

    def burstiness(self) -> np.ndarray:
        """Return the variance of each n-gram's count over runs, divided by what chance gives.

            1/runs · Σ_r (k_r - n_r·p)² / (n_r·p·(1 - p)),    p = Σ k_r / Σ n_r

        k_r of the n_r texts of run r hold the n-gram. About 1 for what is spread evenly.
        """
        p = self.frequency / max(1, self.texts)
        # The sum multiplied out; an n-gram that is in every text has no variance, and chance none.
        spread = (self.squares - self.texts * p**2) / np.maximum(p * (1 - p), 1e-9)
        return spread / max(1, self.runs)
