"""Objects in a file whose arrays are mapped into memory by each process that reads them.

Arrays, tensors and the columns of tables lie in the file, of which the system keeps one copy in
memory for all processes. Who writes into an array gets a copy of those pages alone.
"""

import io
import pickle
from mmap import ACCESS_COPY, mmap
from pathlib import Path
from typing import Any

import numpy as np

ALIGNED = 64
"""Bytes: arrays begin at multiples of it, as vector instructions like best."""
CANNOT = (pickle.PicklingError, AttributeError, TypeError, OSError)
"""What says that something cannot be handed over, or that there is no room for it."""


class _Pickler(pickle.Pickler):
    """Hands tensors over as the arrays that they are."""

    def reducer_override(self, value: Any) -> Any:
        import torch  # who reads what holds no tensor need not wait for it
        from torch import Tensor

        plain = type(value) is Tensor and value.device.type == "cpu" and not value.requires_grad
        if plain and value.layout == torch.strided and value.dtype != torch.bfloat16:
            return torch.from_numpy, (np.asarray(value.numpy(), order="C"),)
        return NotImplemented


def write(value: Any, path: Path) -> None:
    """Write a value so that `mapped` reads it: first all but the arrays, then one by one these."""
    rest, arrays = io.BytesIO(), list[pickle.PickleBuffer]()
    _Pickler(rest, protocol=5, buffer_callback=arrays.append).dump(value)
    parts = [rest.getbuffer(), *(array.raw() for array in arrays)]
    sizes = np.array([len(parts), *(part.nbytes for part in parts)], np.int64)
    with path.open("wb") as file:
        for part in (sizes.data.cast("B"), *parts):
            file.write(part)
            file.write(b"\0" * (-part.nbytes % ALIGNED))


def mapped(path: Path) -> Any:
    """Return what `write` wrote; its arrays stay in the file until they are used.

    It unpickles, so the file must be of our own making.
    """
    with path.open("rb") as file:
        whole = memoryview(mmap(file.fileno(), 0, access=ACCESS_COPY))
    count = int(np.frombuffer(whole, np.int64, 1)[0])
    sizes = np.frombuffer(whole, np.int64, count + 1)
    at, parts = 0, []
    for size in (sizes.nbytes, *sizes[1:].tolist()):
        parts.append(whole[at : at + size])
        at += size + -size % ALIGNED
    return pickle.loads(parts[1], buffers=parts[2:])
