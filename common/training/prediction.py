"""A trained model's outputs for inputs without targets: what inference needs, and no trainer."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, IterableDataset

from common.device import pick_device
from common.errors import UserError
from common.training.error_messages import in_plain_words
from common.training.freed_memory import keep_freed_memory
from common.training.gathered_outputs import Gather
from common.training.mixed_precision import in_bf16
from common.training.model_state import in_mode
from common.training.tensors import (
    SQUEEZED,
    an,
    describe,
    errors_of_workers,
    own,
    rows_of,
    stacked,
    tensors_of,
)

Inputs = Tensor | tuple[Tensor, ...]
Unlabelled = Inputs | Dataset | Iterable[Inputs]


def predict(
    model: nn.Module,
    inputs: Unlabelled,
    *,
    batch_size: int = 256,
    device: str | torch.device = "auto",
    workers: int = 0,
    bf16: bool = False,
) -> Tensor:
    """Return the model's output for every row, in order, as one tensor on the CPU.

    The model computes in evaluation mode and without gradients, and is back in its own mode
    afterwards; it stays on the device.

    Args:
        model: is called with a batch of inputs, or with the tensors of a tuple one by one.
        inputs: a tensor, or a tuple of tensors for a model of several inputs; a map-style Dataset
            of inputs, whose items are tuples if there are several; or an iterable of batches.
        batch_size: rows at a time, where the inputs are not in batches already.
        device: as `common.device.pick_device` takes it.
        workers: processes that read a Dataset.
        bf16: compute in bfloat16 where autocast finds that safe.

    Raises:
        UserError: for inputs that no model can take, or of which there are none, and for a model
            that does not answer each row.

    >>> predict(nn.Linear(3, 2), torch.zeros(5, 3), device="cpu").shape
    torch.Size([5, 2])
    """
    chosen = _ready(model, device)
    batches = InputBatches(inputs, batch_size=batch_size, device=chosen, workers=workers)
    gathered = Gather(batches.rows, torch.device("cpu"))
    for output, rows in _outputs(model, batches, bf16):
        _check_rows(model, output, rows, known=batches.rows is not None)
        gathered.add(output)
    if gathered.empty:
        raise UserError(f"the {batches.part} yields no batches")
    return gathered.result()


def predict_batches(
    model: nn.Module,
    inputs: Unlabelled,
    *,
    batch_size: int = 256,
    device: str | torch.device = "auto",
    workers: int = 0,
    bf16: bool = False,
) -> Iterator[Tensor]:
    """Yield what `predict` returns batch by batch: memory does not grow with the rows."""
    chosen = _ready(model, device)
    batches = InputBatches(inputs, batch_size=batch_size, device=chosen, workers=workers)
    return (output for output, _ in _outputs(model, batches, bf16))


def _ready(model: nn.Module, device: str | torch.device) -> torch.device:
    chosen = pick_device(device)
    if chosen.type == "cpu":
        keep_freed_memory()
    model.to(chosen)
    return chosen


def _outputs(model: nn.Module, batches: "InputBatches", bf16: bool) -> Iterator[tuple[Tensor, int]]:
    """Yield the outputs for each batch, and of how many rows that was."""
    forward: Callable[..., Tensor] = in_bf16(model, batches.device) if bf16 else model
    for inputs in batches:
        # Entered anew for each batch: between two of them the caller's code runs. And no
        # inference mode, for whoever gets an output may want gradients through it.
        plain = in_plain_words(model, batches.part, partial(_unlabelled, inputs))
        with in_mode(model, training=False), torch.no_grad(), plain:
            output = forward(*inputs)
        if not isinstance(output, Tensor):
            raise UserError(
                f"the model's output is {describe(output)}, and predict returns one tensor; "
                "wrap the model in one that returns the output you want"
            )
        yield output.cpu(), len(inputs[0]) if inputs[0].ndim else 1


def _check_rows(model: nn.Module, output: Tensor, rows: int, *, known: bool) -> None:
    """Raise UserError for an output that has not a row for each of a batch.

    known: whether rows come first in the inputs; of an iterable's batches it may be the time.
    """
    if output.ndim and (len(output) == rows or not known):
        return
    batch = "a batch of 1 row" if rows == 1 else f"a batch of {rows} rows"
    raise UserError(
        f"{type(model).__name__} gives {an(output)} for {batch}, and predict returns one for each"
        f"{f'; {SQUEEZED}' if rows == 1 else ''}"
    )


def _unlabelled(inputs: tuple[Tensor, ...]) -> tuple[tuple[Tensor, ...], None]:
    return inputs, None


class InputBatches:
    """What a model takes, without targets: its batches in order, as tuples of tensors.

    A tensor, or a tuple of tensors for a model of several inputs; a map-style Dataset of inputs,
    whose items are tuples if there are several; or an iterable of batches of inputs.
    """

    def __init__(self, data: Any, *, batch_size: int, device: torch.device, workers: int) -> None:
        self.part, self.device = "data to predict", device
        self.batches: Iterable[Any] = data
        self.rows: int | None = None
        if isinstance(data, Tensor) or (isinstance(data, tuple) and data):
            tensors = tensors_of(data, self.part)
            self.rows = rows_of(tensors, self.part)
            starts = range(0, self.rows, batch_size)
            self.batches = ([t[start : start + batch_size] for t in tensors] for start in starts)
        elif isinstance(data, Dataset) and not isinstance(data, IterableDataset):
            self.rows = rows_of((data,), self.part)
            self.batches = DataLoader(
                data,
                batch_size,
                num_workers=workers,
                collate_fn=partial(stacked, data),
                pin_memory=device.type == "cuda",
                generator=torch.Generator(),  # so that it does not draw from the caller's
            )
        elif isinstance(data, tuple) or not isinstance(data, Iterable):
            raise UserError(
                f"the {self.part} is {describe(data)}, expected a tensor or a tuple of tensors, "
                "a Dataset of inputs, or an iterable of batches of inputs"
            )

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        with errors_of_workers():
            for batch in self.batches:
                tensors = tensors_of(batch, self.part)
                yield tuple(own(tensor, self.device) for tensor in tensors)
