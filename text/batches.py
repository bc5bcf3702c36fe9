"""Batches of texts, made when they are asked for: what is kept of a text are its tokens' rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from torch import Tensor

Inputs = tuple[Tensor, ...]


class Batches:
    """Batches of inputs, or of (inputs, class).

    inputs: makes the network's inputs of some rows. count: how many rows there are.
    edges: where the batches begin, and the count: 0, 64, 128, …
    targets: (count,) the classes, or None. seed: shuffle, in an order of its own for each epoch;
    None keeps the texts in order.
    """

    def __init__(
        self,
        inputs: Callable[[np.ndarray], Inputs],
        count: int,
        *,
        edges: Sequence[int],
        targets: Tensor | None = None,
        seed: int | None = None,
    ) -> None:
        self.inputs, self.count, self.edges = inputs, count, edges
        self.targets, self.seed, self.epoch = targets, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; the trainer calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.edges) - 1

    def __iter__(self) -> Iterator[Inputs | tuple[Inputs, Tensor]]:
        order = np.arange(self.count)
        if self.seed is not None:
            np.random.default_rng([self.seed, self.epoch]).shuffle(order)
        parts = (order[start:end] for start, end in pairwise(self.edges))
        for rows, inputs in _prefetched(self.inputs, parts):
            yield inputs if self.targets is None else (inputs, self.targets[rows])


def _prefetched(
    make: Callable[[np.ndarray], Inputs], parts: Iterable[np.ndarray]
) -> Iterator[tuple[np.ndarray, Inputs]]:
    """Yield each part and what is made of it; while one is in use, the next is being made."""
    with ThreadPoolExecutor(1) as thread:
        waiting: list[tuple[np.ndarray, Future[Inputs]]] = []
        for part in parts:
            waiting.append((part, thread.submit(make, part)))
            if len(waiting) == 2:
                rows, made = waiting.pop(0)
                yield rows, made.result()
        for rows, made in waiting:
            yield rows, made.result()


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
