"""Where the trainer's batches come from: tensors in memory, a Dataset, or any iterable.

Every source has `rows` and `steps` (None where it cannot be known beforehand), `lone_row` (whether
one of its batches is known to have one row; `advice` says what to do then), and
`batches(epoch, skip)`, which yields `(inputs, target, rows)`: a tuple of tensors, a tensor, and
the numbers of those rows in the data. The order of an epoch comes from the seed and the epoch
alone, so that a resumed training can skip what it has already seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from common.errors import UserError
from common.training.generators import OwnGenerators
from common.training.lone_rows import another_size, leaves_one, length_of
from common.training.ranks import ALONE, Alone
from common.training.streams import Copies, refuse_once, warn_of_length, workers_of_stream
from common.training.tensors import (
    checksum,
    describe,
    errors_of_workers,
    own,
    pair_of,
    rows_of,
    stacked,
    tensors_of,
)

Batch = tuple[tuple[Tensor, ...], Tensor, Sequence[int] | Tensor]


def epoch_seed(seed: int, epoch: int) -> int:
    """Return the seed of one epoch: different for each pair of seed and epoch.

    >>> epoch_seed(0, 1) != epoch_seed(1, 0)
    True
    """
    return seed * 1_000_003 + epoch


def epoch_order(rows: int, seed: int, epoch: int) -> Tensor:
    """Return the order in which an epoch visits the rows, the same on every machine."""
    return torch.randperm(rows, generator=torch.Generator().manual_seed(epoch_seed(seed, epoch)))


def windows(batches: Iterable[Batch], size: int) -> Iterator[Iterator[Batch]]:
    """Yield iterators over `size` batches each, the last one over those that are left.

    Nothing is read ahead, and no batch is held here: the next one is to take its memory.

    >>> [list(window) for window in windows("abcde", 2)]
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    iterator = iter(batches)
    for first in iterator:
        window = chain([first], islice(iterator, size - 1))
        del first
        yield window
        del window


def open_source(
    data: Any,
    *,
    part: str,
    batch_size: int,
    device: torch.device,
    workers: int,
    seed: int | None,
    ranks: Alone = ALONE,
) -> "Source":
    """Find out what was given and return its batches; `seed=None` keeps the rows in order.

    `part` is what the data is called in messages: "training data". Of each batch, the share that
    falls to this one of `ranks` is yielded.
    """
    if type(data) is TensorDataset and len(data.tensors) == 2:
        data = data.tensors
    if isinstance(data, (tuple, list)) and len(data) == 2 and isinstance(data[1], Tensor):
        return TensorBatches(
            *data, part=part, batch_size=batch_size, device=device, seed=seed, ranks=ranks
        )
    if isinstance(data, Dataset) and not isinstance(data, IterableDataset):
        return DatasetBatches(
            data,
            part=part,
            batch_size=batch_size,
            device=device,
            workers=workers,
            seed=seed,
            ranks=ranks,
        )
    if isinstance(data, (tuple, Tensor)) or not isinstance(data, Iterable):
        raise UserError(
            f"the {part} is {describe(data)}, expected a pair (X, y) of tensors, "
            "a Dataset, or an iterable of batches (x, y)"
        )
    return IterableBatches(data, part=part, device=device, seed=seed, ranks=ranks)


class TensorBatches:
    """Whole tensors: a batch is a few rows looked up, never collated one by one."""

    def __init__(
        self,
        inputs: Tensor | tuple[Tensor, ...],
        target: Tensor,
        *,
        part: str,
        batch_size: int,
        device: torch.device,
        seed: int | None,
        ranks: Alone = ALONE,
    ) -> None:
        # Without the caller's graph, if there is one: what comes in is data, and stays as it is.
        tensors = tuple(tensor.detach() for tensor in (*tensors_of(inputs, part), target))
        self.rows = rows_of(tensors, part)
        self.batch_size, self.device, self.seed, self.ranks = batch_size, device, seed, ranks
        self.steps = -(-self.rows // batch_size)
        self.lone_row = leaves_one(self.rows, batch_size, ranks.size)
        self.advice = another_size(self.rows, batch_size, ranks.size)
        self.moved = fits(tensors, device)
        if self.moved:
            tensors = tuple(tensor.to(device) for tensor in tensors)
        self.inputs, self.target = tensors[:-1], tensors[-1]
        self.own = OwnGenerators(None, replayed=False)

    def batches(self, epoch: int = 0, skip: int = 0) -> Iterator[Batch]:
        if self.seed is None:
            return self._in_order()
        order = epoch_order(self.rows, self.seed, epoch).to(self.target.device)
        return self._shuffled(order.split(self.batch_size)[skip:])

    def _in_order(self) -> Iterator[Batch]:
        for start in range(0, self.rows, self.batch_size):
            batch = range(start, min(start + self.batch_size, self.rows))
            read, rows = self.ranks.cut(batch)
            part = slice(read.start, read.stop)
            inputs = tuple(own(tensor[part], self.device) for tensor in self.inputs)
            yield inputs, own(self.target[part], self.device), rows

    def _shuffled(self, chunks: tuple[Tensor, ...]) -> Iterator[Batch]:
        for read, rows in map(self.ranks.cut, chunks):
            # No name for the batch here: its memory is to be free for the next one.
            yield (
                tuple([self._take(tensor, read) for tensor in self.inputs]),
                self._take(self.target, read),
                rows,
            )

    def _take(self, tensor: Tensor, rows: Tensor) -> Tensor:
        taken = tensor.index_select(0, rows)
        return taken if self.moved else taken.to(self.device)

    def describe(self) -> list[str]:
        """Return what tells this data from other data of the same shape, as text."""
        return [f"{describe(tensor)} {checksum(tensor)}" for tensor in (*self.inputs, self.target)]


class DatasetBatches:
    """A map-style Dataset of pairs (x, y), read through a DataLoader."""

    def __init__(
        self,
        data: Dataset,
        *,
        part: str,
        batch_size: int,
        device: torch.device,
        workers: int,
        seed: int | None,
        ranks: Alone = ALONE,
    ) -> None:
        self.rows = rows_of((data,), part)
        self.data, self.part, self.device, self.seed = data, part, device, seed
        self.batch_size, self.workers, self.ranks = batch_size, workers, ranks
        self.own = OwnGenerators(data, replayed=False)
        self.steps = -(-self.rows // batch_size)
        self.lone_row = leaves_one(self.rows, batch_size, ranks.size)
        self.advice = another_size(self.rows, batch_size, ranks.size)

    def batches(self, epoch: int = 0, skip: int = 0) -> Iterator[Batch]:
        if self.seed is None:
            order = torch.arange(self.rows)
        else:
            tell_epoch(self.data, epoch)
            order = epoch_order(self.rows, self.seed, epoch)
        shares = [self.ranks.cut(chunk) for chunk in order.split(self.batch_size)[skip:]]
        loader = DataLoader(
            self.data,
            batch_sampler=(read.tolist() for read, _ in shares),
            collate_fn=partial(stacked, self.data),
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            # A loader draws its workers' seeds: from here, to leave the model's dropout alone.
            generator=torch.Generator().manual_seed(epoch_seed(self.seed or 0, epoch)),
        )
        with errors_of_workers():
            for batch, (_, rows) in zip(loader, shares, strict=True):
                yield (*pair_of(batch, self.part, self.device), rows)

    def describe(self) -> list[str]:
        return [f"{type(self.data).__name__} of {self.rows} rows"]


class IterableBatches:
    """Anything that can be walked through again and again and yields batches (x, y)."""

    def __init__(
        self,
        data: Iterable,
        *,
        part: str,
        device: torch.device,
        seed: int | None,
        ranks: Alone = ALONE,
    ) -> None:
        refuse_once(data, part)
        self.data, self.part, self.device, self.seed = data, part, device, seed
        self.ranks = ranks
        self.rows: int | None = None
        self.steps = length_of(data)
        self.own = OwnGenerators(data, replayed=seed is not None)
        self.copies = Copies(data, part)
        self.lone_row, self.advice = False, "give the DataLoader drop_last=True"
        if isinstance(data, DataLoader) and data.batch_size and not data.drop_last:
            self.lone_row = leaves_one(length_of(data.sampler) or 0, data.batch_size, ranks.size)

    def batches(self, epoch: int = 0, skip: int = 0) -> Iterator[Batch]:
        if self.seed is not None:
            tell_epoch(self.data, epoch)
        self.own.begin_epoch()
        iterator = iter(self.data)
        # Skipped here, not in the generator: whoever resumes restores the random state after it.
        start = sum(len(pair_of(x_y, self.part, self.device)[1]) for x_y in islice(iterator, skip))
        return self._onwards(iterator, start, skip)

    def _onwards(self, iterator: Iterator, start: int, done: int) -> Iterator[Batch]:
        step = done
        for batch in iterator:
            step += 1
            inputs, target = pair_of(batch, self.part, self.device)
            if self.seed is not None and not len(target):
                raise UserError(f"the {self.part} yields a batch without rows: leave it out")
            if step <= 2:
                self.copies.look_at(step, [*inputs, target])
            whole = range(start, start + len(target))
            start = whole.stop
            read, rows = self.ranks.cut(whole)
            if read != whole:
                part = slice(read.start - whole.start, read.stop - whole.start)
                # An input of one row is shared by all rows of the batch.
                inputs = tuple(tensor if len(tensor) == 1 else tensor[part] for tensor in inputs)
                target = target[part]
            yield inputs, target, rows
        if self.seed is not None:
            warn_of_length(self.steps, step, self.part, workers_of_stream(self.data))

    def describe(self) -> list[str]:
        inside = self.data.dataset if isinstance(self.data, DataLoader) else None
        tensors = inside.tensors if type(inside) is TensorDataset else ()
        known = [f"{describe(tensor)} {checksum(tensor)}" for tensor in tensors]
        return [f"{type(self.data).__name__} of {self.steps} batches", *known]


Source = TensorBatches | DatasetBatches | IterableBatches


def tell_epoch(data: Any, epoch: int) -> None:
    """Call `data.set_epoch(epoch)` if it wants to know, for an order or noise of its own."""
    if hasattr(data, "set_epoch"):
        data.set_epoch(epoch)


def fits(tensors: Iterable[Tensor], device: torch.device) -> bool:
    """Whether the tensors take less than half of what is free on the device."""
    if device.type != "cuda":
        return True
    free, _ = torch.cuda.mem_get_info(device)
    return sum(tensor.nbytes for tensor in tensors) < free / 2
