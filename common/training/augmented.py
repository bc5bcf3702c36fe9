"""Training batches whose inputs are changed at random, the same for any number of ranks."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from torch import Tensor

from common.errors import UserError
from common.training.batches import Batch, Source
from common.training.tensors import describe

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
        if not len(rows):  # a rank that was lent a row, for lack of one of its own
            return batch
        changed = self.change(inputs, rows, epoch)
        if not isinstance(changed, tuple) or any(len(one) != len(target) for one in changed):
            raise UserError(
                f"augment gave {describe(changed)} for {describe(inputs)}, expected a tuple of "
                "tensors with a row for each target",
                f"augment вернула {describe(changed)} для {describe(inputs)}, а ожидается кортеж "
                "тензоров, в которых столько же строк, сколько ответов",
            )
        return changed, target, rows
