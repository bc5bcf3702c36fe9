"""Batches of texts, made when they are asked for: what is kept of a text are its tokens' rows.

EncodedTexts    a Dataset: one text is an array of rows of the lexicon, as long as it likes
Batches         a DataLoader: which texts a batch holds, and in which order
collate         texts of different lengths -> the tensors that the network takes
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from text.ngrams import Tokens, weighed
from text.padding import pad
from text.vocabulary import Vocabulary

MOST_TOKENS = 256
"""Tokens of a text that the network reads word by word; its bag holds them all."""
LEAST_TOGETHER, LEAST_TOKENS = 4, 16
"""Texts, and tokens, in a batch that is only answered; see `never_few`."""
SHORT = 128
"""Tokens of a text that is answered beside other short ones."""
CLEARLY, WORTH = 0.7, 800
"""A batch of shorter texts is one with less than this share of the tokens, and so many tokens of
padding cost as much time as a batch more."""
PREDICTED = 1 << 14
"""Tokens in a batch that is only answered."""

Inputs = tuple[Tensor, Tensor, Tensor, Tensor]
_PHRASES = 1 << 32
_T = TypeVar("_T")


class EncodedTexts(Dataset[np.ndarray]):
    """Texts as rows of the lexicon.

    tokens, ends: as `Lexicon.encode` gives them; text i holds tokens[ends[i - 1]:ends[i]].

    >>> EncodedTexts(np.array([5, 7, 5]), np.array([2, 2, 3]))[0].tolist()
    [5, 7]
    """

    def __init__(self, tokens: np.ndarray, ends: np.ndarray) -> None:
        self.tokens, self.starts, self.ends = tokens, np.append(0, ends)[:-1], ends

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, row: int) -> np.ndarray:
        return self.tokens[self.starts[row] : self.ends[row]]

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each text, (n,) int64."""
        return self.ends - self.starts


class Batches:
    """Batches of inputs, or of (inputs, class), to be walked through again and again.

    texts: what the batches are made of. collate: makes the network's inputs of some texts.
    edges: where the batches begin, and the number of texts: 0, 64, 128, …
    targets: (n,) the classes, or None. seed: shuffle, in an order of its own for each epoch;
    None keeps the texts in order.
    """

    def __init__(
        self,
        texts: EncodedTexts,
        collate: Callable[[Sequence[np.ndarray]], Inputs],
        *,
        edges: Sequence[int],
        targets: Tensor | None = None,
        seed: int | None = None,
    ) -> None:
        self.texts, self.collate, self.edges = texts, collate, edges
        self.targets, self.seed, self.epoch = targets, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; the trainer calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.edges) - 1

    def __iter__(self) -> Iterator[Inputs | tuple[Inputs, Tensor]]:
        order = np.arange(len(self.texts))
        if self.seed is not None:
            np.random.default_rng([self.seed, self.epoch]).shuffle(order)
        batches = [order[start:end] for start, end in pairwise(self.edges)]
        loader = DataLoader(
            self.texts,
            batch_sampler=[rows.tolist() for rows in batches],
            collate_fn=self.collate,
            generator=torch.Generator(),  # leaves the model's random numbers alone
        )
        made = prefetched(loader) if len(batches) > 1 else loader
        for rows, inputs in zip(batches, made, strict=True):
            yield inputs if self.targets is None else (inputs, self.targets[rows])


def prefetched(batches: Iterable[_T]) -> Iterator[_T]:
    """Yield each batch; while one is in use, a thread makes the next.

    >>> list(prefetched([1, 2, 3]))
    [1, 2, 3]
    """
    iterator = iter(batches)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, iterator, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, iterator, None)
            yield batch


def collate(
    texts: Sequence[np.ndarray],
    known: Mapping[str, Any],
    vocabulary: Vocabulary,
    weights: np.ndarray,
) -> Inputs:
    """Make one batch of texts of different lengths.

    Args:
        texts: the rows of each text's tokens in the lexicon.
        known: what is known of each row, see `TextPreprocessing`.
        vocabulary: knows the phrases.
        weights: (BUCKETS,) what each n-gram weighs.

    Returns:
        (token_ids, tokens, ngrams, weights), as `text.model.TextNetwork` describes them. Texts
        are padded with 0 to the longest of the batch.
    """
    tokens = joined(texts)
    ngrams, ngram_weights = weighed(tokens, known, weights)
    padded = pad(tokens.token + 1, tokens.text, tokens.count, most=MOST_TOKENS)  # 0: no token
    return (*_words(padded, known, vocabulary), _tensor(ngrams), _tensor(ngram_weights))


def alike_batches(lengths: np.ndarray) -> list[np.ndarray]:
    """Return which texts are answered in one batch: those of about one length, the longest first.

    Short texts never stand beside long ones; see `never_few`. A batch begins, too, with a text that
    is clearly shorter than the one before it began with, where that saves more padding than a batch
    costs. lengths: (n,) tokens of each text.

    >>> [rows.tolist() for rows in alike_batches(np.array([200, 3, 2, 150]))]
    [[0, 3], [1, 2]]
    """
    order = np.argsort(-lengths, kind="stable")
    edges, longest = [0], LEAST_TOKENS
    for place, length in enumerate(np.maximum(lengths[order], LEAST_TOKENS).tolist()):
        if place == edges[-1]:
            longest = length
        saved = (longest - length) * (len(order) - place) if length < CLEARLY * longest else 0
        crowded = (place + 1 - edges[-1]) * longest > PREDICTED
        if place > edges[-1] and (crowded or saved > WORTH or length <= SHORT < longest):
            edges.append(place)
            longest = length
    return [order[start:end] for start, end in pairwise([*edges, len(order)]) if end > start]


def never_few(inputs: Inputs) -> Inputs:
    """Return a batch of at least 4 texts, 16 tokens and 16 distinct tokens, or of 256 tokens where
    it has more than 128: what lacks is filled with the same texts again, and with padding.

    A sum of products may be added up in another order where there are few of them, or many, and
    the last digit of an answer would depend on which texts stand beside it.
    """
    token_ids, tokens, ngrams, weights = inputs
    rows = torch.arange(max(LEAST_TOGETHER, len(token_ids))) % len(token_ids)
    if len(rows) > len(token_ids):
        token_ids, ngrams, weights = token_ids[rows], ngrams[rows], weights[rows]
    length = token_ids.shape[1]
    wanted = MOST_TOKENS if length > SHORT else max(LEAST_TOKENS, length)
    token_ids = F.pad(token_ids, (0, wanted - length))
    tokens = F.pad(tokens, (0, 0, 0, max(0, LEAST_TOKENS - tokens.shape[1])))
    return token_ids, tokens, ngrams, weights


def joined(texts: Sequence[np.ndarray]) -> Tokens:
    """Return texts, the rows of each one's tokens in the lexicon, one after the other."""
    text = np.repeat(np.arange(len(texts)), [len(rows) for rows in texts])
    return Tokens(np.concatenate(texts), text, len(texts))


def _words(
    padded: np.ndarray, known: Mapping[str, Any], vocabulary: Vocabulary
) -> tuple[Tensor, Tensor]:
    """Return (token_ids, tokens) of rows of the lexicon plus 1, (texts, longest)."""
    phrases = vocabulary.phrases(known["tokens"][padded, 0])
    # A token with a phrase at its beginning is another token. The one that is none comes first.
    pairs = padded * np.int64(_PHRASES) + phrases
    distinct, token_ids = np.unique(np.append(0, pairs), return_inverse=True)
    tokens = known["tokens"][distinct // _PHRASES]
    tokens[:, 1] = distinct % _PHRASES
    token_ids = token_ids[1:].reshape(padded.shape).astype(np.int32)
    return _tensor(token_ids), _tensor(tokens[None])


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


def edges_of(lengths: np.ndarray, most: int) -> list[int]:
    """Cut texts, in their order, into batches of `most` tokens with all their padding.

    A text longer than that is a batch by itself. Returns where the batches begin, and the count.

    >>> edges_of(np.array([2, 2, 3, 9, 1]), 6)
    [0, 2, 3, 4, 5]
    """
    edges, longest = [0], 0
    for text, length in enumerate(lengths.tolist()):
        longest = max(longest, length)
        if text > edges[-1] and (text + 1 - edges[-1]) * longest > most:
            edges.append(text)
            longest = length
    return [*edges, len(lengths)] if len(lengths) else edges
