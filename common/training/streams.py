"""Batches that are not what their source says: copies, more or fewer, none a second time."""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from common.errors import UserError
from common.training.tensors import describe


def refuse_once(data: Any, part: str) -> None:
    """Raise UserError for what can be walked through only once, such as a generator.

    part: what the data is called in messages: "training data".

    >>> refuse_once(zip("ab", "cd"), "training data")
    Traceback (most recent call last):
    common.errors.UserError: the training data is zip, which can be walked through only once; give a
    list, a DataLoader, or an object whose __iter__ starts anew
    """
    if iter(data) is data:
        raise UserError(
            f"the {part} is {describe(data)}, which can be walked through only once; give a list, "
            "a DataLoader, or an object whose __iter__ starts anew"
        )
    for name in ("sampler", "batch_sampler"):
        if isinstance(getattr(data, name, None), Iterator):
            raise UserError(
                f"the {name} of the {part} can be walked through only once; give a list, or an "
                "object whose __iter__ starts anew"
            )


def workers_of_stream(data: Any) -> int:
    """Return how many workers share an IterableDataset in a DataLoader; 0 of anything else."""
    streams = isinstance(data, DataLoader) and isinstance(data.dataset, IterableDataset)
    return data.num_workers if streams else 0


def warn_of_length(said: int | None, came: int, part: str, workers: int = 0) -> None:
    """Say that an epoch has had another number of batches than its source says.

    Each of the workers that share a stream may end in a batch that is not full.

    >>> warn_of_length(None, 3, "training data")
    >>> warn_of_length(3, 3, "training data")
    """
    if said is not None and abs(came - said) >= max(1, workers):
        warnings.warn(
            f"the {part} says that it has {said} batches, and yields {came}: the learning rate "
            "goes by what it says; mend its __len__",
            stacklevel=3,
        )


class Copies:
    """Knows whether the first two batches of a loader with workers are one and the same.

    Each worker has a copy of an IterableDataset, and goes through all of it unless told otherwise.
    """

    def __init__(self, data: Any, part: str) -> None:
        self.workers = workers_of_stream(data)
        self.part, self.first = part, list[Tensor]()

    def look_at(self, step: int, tensors: Sequence[Tensor]) -> None:
        """Take batch 1 of an epoch, and then batch 2, which another worker gives; warn once."""
        if self.workers < 2:
            return
        if step == 1:  # else the only batch of an epoch would be compared with the last epoch's
            self.first = [tensor.clone() for tensor in tensors]
            return
        if not self.first:
            return  # a resumed training begins here
        pairs = zip(self.first, tensors, strict=False)
        if len(self.first) == len(tensors) and all(torch.equal(*pair) for pair in pairs):
            warnings.warn(
                f"the {self.part} begins with the same batch twice: each of the DataLoader's "
                f"{self.workers} workers goes through all of an IterableDataset, unless that "
                "divides its rows by torch.utils.data.get_worker_info()",
                stacklevel=3,
            )
        self.workers = 0
