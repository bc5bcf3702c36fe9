"""The tensors that data consists of: taken apart, counted, copied, and named in messages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence
from torch.utils.data import Dataset, default_collate

from common.errors import UserError

SQUEEZED = "squeeze() takes a lone row's place away, too: squeeze(1) does not"


def tensors_of(inputs: Any, part: str) -> tuple[Tensor, ...]:
    """Return the model's inputs as a tuple; one tensor is a tuple of one."""
    packed = isinstance(inputs, PackedSequence)
    if packed or (isinstance(inputs, Tensor) and inputs.is_nested):
        raise UserError(
            f"the {part}: X is a {'PackedSequence' if packed else 'nested tensor'}, expected "
            "tensors; pad the rows to one length and give the lengths beside: ((X, lengths), y)"
        )
    tensors = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    for tensor in tensors:
        if not isinstance(tensor, Tensor):
            raise UserError(
                f"the {part}: X holds {describe(tensor)}, expected a tensor or a tuple of tensors"
            )
    return tensors


def rows_of(members: Sequence[Tensor | Dataset], part: str) -> int:
    """Return the number of rows, the same in all members; raise UserError where there are none."""
    rows = []
    for member in members:
        if not hasattr(member, "__len__"):
            raise UserError(f"the {part} is {describe(member)} that has no length")
        if isinstance(member, Tensor) and member.layout is not torch.strided:
            raise UserError(
                f"the {part} has a sparse tensor {tuple(member.shape)}, of which no rows can be "
                "cut; give it .to_dense(), or give batches that are sparse, by a DataLoader"
            )
        if isinstance(member, Tensor) and member.is_meta:
            raise UserError(
                f"the {part} has a tensor {tuple(member.shape)} on the meta device, without "
                "numbers: make it on the CPU"
            )
        rows.append(0 if isinstance(member, Tensor) and member.ndim == 0 else len(member))
    if len(set(rows)) > 1:
        shown = ", ".join(map(str, rows))
        raise UserError(f"the {part} has tensors of {shown} rows, expected the same number")
    if rows[0] == 0:
        raise UserError(f"the {part} has no rows")
    return rows[0]


def pair_of(batch: Any, part: str, device: torch.device) -> tuple[tuple[Tensor, ...], Tensor]:
    """Take a batch (x, y) apart and bring it to the device."""
    if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not isinstance(batch[1], Tensor):
        raise UserError(f"the {part} yields {describe(batch)}, expected pairs (x, y) of tensors")
    inputs, target = tensors_of(batch[0], part), batch[1]
    if target.ndim == 0:
        raise UserError(
            f"the {part} yields single rows (y is a tensor without dimensions), expected batches; "
            "wrap it: DataLoader(data, batch_size=32)"
        )
    return tuple(own(tensor, device) for tensor in inputs), own(target, device)


def stacked(data: Any, rows: list[Any]) -> Any:
    """Return rows of a Dataset as a batch; refuse one that fills the same memory for each.

    All rows of a batch would be its last. One that gives the same row again and again may.

    >>> stacked([], [torch.zeros(2), torch.ones(2)])
    tensor([[0., 0.],
            [1., 1.]])
    """
    inputs = [_input_of(row) for row in rows]
    places = {_place(each) for each in inputs}
    if len(rows) > 1 and len(places) == 1 and None not in places and _overwrites(data, inputs[0]):
        raise UserError(
            "the Dataset gives the same memory for each row, so that all rows of a batch would be "
            "its last; let it return x.clone(), or x.copy() of an array"
        )
    return default_collate(rows)


def _input_of(row: Any) -> Any:
    return row[0] if isinstance(row, (tuple, list)) and row else row


def _overwrites(data: Any, given: Any) -> bool:
    """Whether reading other rows of a Dataset changes what it has given for a row before."""
    now = torch.as_tensor(given)
    before = now.clone()
    for row in range(0, len(data), max(1, len(data) // 8)):
        data[row]
        if not bool(((now == before) | ((now != now) & (before != before))).all()):
            return True
    return False


@contextmanager
def errors_of_workers() -> Iterator[None]:
    """Give an error of `stacked` within a worker its own line, without the worker's traceback."""
    try:
        yield
    except UserError as error:
        name = f"{UserError.__module__}.{UserError.__qualname__}: "
        if not str(error).startswith("Caught UserError in DataLoader worker"):
            raise
        raise UserError(str(error).rpartition(name)[2].strip()) from None


def _place(value: Any) -> int | None:
    """Return where an array or tensor lies in memory; None for what is none, or is empty."""
    if isinstance(value, Tensor) and value.layout is torch.strided and value.numel():
        return value.data_ptr() or None
    return value.ctypes.data if isinstance(value, np.ndarray) and value.size else None


def own(tensor: Tensor, device: torch.device) -> Tensor:
    """Return a copy on the device: a model or a loss may work in place on what it is given.

    >>> data = torch.zeros(2)
    >>> own(data, torch.device("cpu")).add_(1), data
    (tensor([1., 1.]), tensor([0., 0.]))
    """
    if tensor.device == device:
        return tensor.detach().clone()
    return tensor.detach().to(device, non_blocking=True, copy=True)


def describe(value: Any) -> str:
    """Say in a few words what something is.

    >>> describe(torch.zeros(2, 3)), describe((1, "a")), describe([0] * 9)
    ('float32 tensor (2, 3)', 'a tuple of int, str', 'a list of 9')
    """
    if isinstance(value, Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} tensor {tuple(value.shape)}"
    if isinstance(value, (tuple, list)):
        kind = f"a {type(value).__name__} of"
        names = ", ".join(type(item).__name__ for item in value)
        return f"{kind} {names}" if 0 < len(value) <= 4 else f"{kind} {len(value)}"
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def an(tensor: Tensor) -> str:
    """Say what a tensor is, with its article.

    >>> an(torch.zeros(2)), an(torch.tensor([1]))
    ('a float32 tensor (2,)', 'an int64 tensor (1,)')
    """
    words = describe(tensor)
    return f"an {words}" if words[0] in "aeiou" and not words.startswith("u") else f"a {words}"


def checksum(tensor: Tensor) -> str:
    """Return a short digest of sixteen rows, evenly spaced: enough to know the data again."""
    rows = tensor[:: max(1, len(tensor) // 16)][:16].detach().cpu().contiguous()
    return sha256(rows.flatten().view(torch.uint8).numpy().tobytes()).hexdigest()[:16]
