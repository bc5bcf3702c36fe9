"""From texts to what the network takes, in NumPy: tokens, their rows, and a weighed bag."""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from text.analyzer import Analysis, Analyzer, open_analyzer
from text.bundle.padding import padded
from text.char_ngrams import char_ngrams
from text.cleaning import fold
from text.tokens import is_word, shape, tokenize

LONGEST_WORD = 64
UNKNOWN = 1
_FIRST = np.int64(1) << 32
_SALTS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], dtype=np.uint64)


class Preparation:
    """What training decided and measured, applied to new texts.

    values, arrays: as `preparation.json` and `preparation.npz` hold them.
    """

    def __init__(self, values: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        self.values, self.weights = values, arrays["weights"]
        words, tags = values["words"], values["tags"]
        self.word = {word: number for number, word in enumerate(words, UNKNOWN + 1)}
        self.tag = {tag: number for number, tag in enumerate(tags, UNKNOWN + 1)}
        self.phrase: dict[tuple[int, int], int] = {}
        for phrase, number in self.word.items():
            first, mark, second = phrase.partition(" ")
            if mark and first in self.word and second in self.word:
                self.phrase[self.word[first], self.word[second]] = number
        self.analyzer: Analyzer | None = None
        self.known: dict[str, Analysis] = {}

    def feed(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the network's inputs for some texts."""
        cut = [tokenize(text) for text in texts]
        distinct = {token: row for row, token in enumerate(sorted({t for c in cut for t in c}), 1)}
        rows = self._rows(list(distinct))
        ids = padded([[distinct[token] for token in c[: self.values["most"]]] for c in cut])
        table, ids = self._with_phrases(rows["table"], ids)
        buckets, weights = self._bags([[distinct[token] for token in c] for c in cut], rows)
        return {"token_ids": ids, "tokens": table[None], "ngrams": buckets, "weights": weights}

    def _analysed(self, word: str) -> Analysis:
        plain = word if len(word) == 1 else word[:LONGEST_WORD].lower()
        if plain not in self.known:
            self.analyzer = self.analyzer or open_analyzer()
            _, tag, lemma, _, _ = self.analyzer.parse(plain)[0]
            self.known[plain] = Analysis(lemma, str(tag))
        return self.known[plain]

    def _rows(self, tokens: list[str]) -> dict[str, Any]:
        """Everything that is known of each distinct token; row 0 is none."""
        lemmas, tags, forms = [""], [""], [""]
        for token in tokens:
            if is_word(token):
                analysis = self._analysed(token)
                lemma, tag, form = fold(analysis.lemma), analysis.part_of_speech, fold(token)
            else:
                lemma = tag = form = shape(token)
            lemmas.append(lemma)
            tags.append(tag)
            forms.append(form)
        hashes, ends = char_ngrams(forms)
        starts = np.concatenate([[0], ends[:-1]])
        sizes = self.values["columns"]
        words = np.array([self.word.get(lemma, UNKNOWN) for lemma in lemmas], np.int32)
        numbers = np.array([self.tag.get(tag, UNKNOWN) for tag in tags], np.int32)
        subwords = np.zeros((len(forms), sizes["subwords"]), np.int32)
        letters = np.zeros((len(forms), sizes["characters"]), np.int32)
        for row, token in enumerate(["", *tokens]):
            own = hashes[starts[row] : ends[row]][: sizes["subwords"]]
            subwords[row, : len(own)] = own % (self.values["subword_buckets"] - 1) + 1
            short = token[: sizes["characters"]]
            codes = [1 + ord(letter) % (self.values["alphabet"] - 1) for letter in short]
            letters[row, : len(codes)] = codes
        if self.values["steady_only"]:
            steady = (words != UNKNOWN)[:, None]
            subwords, letters = subwords * steady, letters * steady
        table = np.concatenate(
            [words[:, None], np.zeros_like(words)[:, None], numbers[:, None], subwords, letters],
            axis=1,
        )
        table[0] = 0
        return {
            "table": table,
            "lemma_hash": _crc(lemmas),
            "tag_hash": _crc(tags),
            "char_ngrams": np.split(_bucket(hashes, 1, self.values["buckets"]), ends[:-1]),
        }

    def _with_phrases(self, table: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """A token with a phrase at its beginning is another token."""
        words, phrases = table[ids, 0], np.zeros_like(ids)
        for text, place in np.argwhere(np.ones_like(ids[:, 1:], bool)):
            pair = int(words[text, place]), int(words[text, place + 1])
            phrases[text, place] = self.phrase.get(pair, 0)
        pairs = ids * _FIRST + phrases
        distinct, places = np.unique(np.append(0, pairs), return_inverse=True)
        found = table[distinct // _FIRST].copy()
        found[:, 1] = distinct % _FIRST
        return found, places[1:].reshape(ids.shape).astype(np.int32)

    def _bags(
        self, texts: list[list[int]], rows: Mapping[str, Any]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Three bags, each of length 1: of characters, lemmas and parts of speech."""
        buckets, weights = [], []
        for tokens in texts:
            lemmas, tags = (rows[name][tokens] for name in ("lemma_hash", "tag_hash"))
            pieces = [rows["char_ngrams"][token] for token in tokens]
            bags = (
                np.concatenate([np.empty(0, np.uint64), *pieces]),
                _runs(lemmas, 2, 2, self.values["buckets"]),
                _runs(tags, 4, 3, self.values["buckets"]),
            )
            found, weighed = [], []
            for bag in bags:
                bag = bag.astype(np.int64)
                bucket, counts = np.unique(bag[self.weights[bag] > 0], return_counts=True)
                value = (1 + np.log(counts)) * self.weights[bucket]
                length = np.sqrt(np.square(value).sum())
                found.append(bucket)
                weighed.append(value / length if len(value) else value)
            buckets.append(np.concatenate(found))
            weights.append(np.concatenate(weighed))
        return padded(buckets), padded(weights, np.float32)


def _crc(texts: Sequence[str]) -> np.ndarray:
    return np.array([crc32(text.encode("utf-8", "replace")) for text in texts], np.uint32)


def _bucket(hashes: np.ndarray, salt: int, buckets: int) -> np.ndarray:
    mixed = (hashes.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(40)) % np.uint64(buckets - 1) + np.uint64(1)


def _runs(hashes: np.ndarray, longest: int, salt: int, buckets: int) -> np.ndarray:
    """The buckets of runs of one to `longest` neighbours."""
    mixed, found = hashes.astype(np.uint64), [_bucket(hashes, salt, buckets)]
    for length in range(1, longest):
        mixed = mixed[:-1] * _SALTS[length] + hashes[length:].astype(np.uint64)
        found.append(_bucket(mixed, salt + 16 * length, buckets))
    return np.concatenate(found)
