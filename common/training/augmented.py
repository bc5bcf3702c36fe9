"""Training batches whose inputs are changed at random, the same for any number of ranks."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from torch import Tensor

from common.training.batches import Batch, Source

Augment = Callable[[tuple[Tensor, ...], Sequence[int] | Tensor, int], tuple[Tensor, ...]]
"""Takes the inputs of a batch, their rows' numbers and the epoch, and returns other inputs."""


class Augmented:
    """A source, see `common.training.batches`, with a change of the inputs of each batch.

    What `change` draws from the rows and the epoch does not depend on how the batch was cut among
    ranks, nor on whether the training was resumed.
    """

    def __init__(self, source: Source, change: Augment) -> None:
        self.source, self.change = source, change

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    def batches(self, epoch: int = 0, skip: int = 0) -> Iterator[Batch]:
        # By map, which holds no batch while the next one is made.
        return map(partial(self._changed, epoch=epoch), self.source.batches(epoch, skip))

    def _changed(self, batch: Batch, *, epoch: int) -> Batch:
        inputs, target, rows = batch
        # A rank that was lent a row, for lack of one of its own, has inputs without numbers.
        return (self.change(inputs, rows, epoch) if len(rows) else inputs), target, rows
