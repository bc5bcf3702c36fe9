"""Batches of texts, made when they are asked for: what is kept of a text are its tokens' rows."""

from collections.abc import Callable, Iterator

import numpy as np
from torch import Tensor

Inputs = tuple[Tensor, ...]


class Batches:
    """Batches of inputs, or of (inputs, class).

    inputs: makes the network's inputs of some rows. count: how many rows there are.
    targets: (count,) the classes, or None. seed: shuffle, in an order of its own for each epoch;
    None keeps the texts in order.
    """

    def __init__(
        self,
        inputs: Callable[[np.ndarray], Inputs],
        count: int,
        *,
        batch_size: int,
        targets: Tensor | None = None,
        seed: int | None = None,
    ) -> None:
        self.inputs, self.count, self.batch_size = inputs, count, batch_size
        self.targets, self.seed, self.epoch = targets, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; the trainer calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.count // self.batch_size)

    def __iter__(self) -> Iterator[Inputs | tuple[Inputs, Tensor]]:
        order = np.arange(self.count)
        if self.seed is not None:
            np.random.default_rng([self.seed, self.epoch]).shuffle(order)
        for start in range(0, self.count, self.batch_size):
            rows = order[start : start + self.batch_size]
            inputs = self.inputs(rows)
            yield inputs if self.targets is None else (inputs, self.targets[rows])
