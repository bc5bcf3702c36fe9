"""Data that the ranks of one machine share: made by one of them, mapped into memory by all.

Arrays, tensors and the columns of tables lie in a file, of which the system keeps one copy in
memory for all processes. Who writes into an array gets a copy of those pages alone.
"""

import io
import os
import pickle
from collections.abc import Callable
from contextlib import ExitStack
from mmap import ACCESS_COPY, mmap
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from common.temporary_folders import remove_leftovers, scratch_folder
from common.training.ranks import Alone

Made = TypeVar("Made")
ALIGNED = 64
"""Bytes: arrays begin at multiples of it, as vector instructions like best."""
CANNOT = (pickle.PicklingError, AttributeError, TypeError, OSError)
"""What says that something cannot be handed over, or that there is no room for it."""


def made_once(make: Callable[[], Made], ranks: Alone) -> Made:
    """Return what `make` returns: the first rank of each machine makes it, and all map it.

    What cannot be handed over, such as a lock, or has no room in the temporary folder, each rank
    makes for itself; so does each on Windows, where a file in use cannot be removed.
    """
    machine, local = os.environ.get("GROUP_RANK"), os.environ.get("LOCAL_RANK")
    if ranks.size == 1 or machine is None or local is None or os.name == "nt":
        return ranks.together(make)
    with ExitStack() as stack:

        def first_makes() -> tuple[list[Made], str]:
            if local != "0":
                return [], ""
            remove_leftovers()
            made = make()
            return [made], _written(made, stack.enter_context(scratch_folder()) / "data")

        made, path = ranks.together(first_makes)
        written = dict(one for one in ranks.gathered((machine, path)) if one[1])
        if machine in written:
            made = [mapped(Path(written[machine]))]
        ranks.sum()  # whoever wrote it removes it when all have it
    return ranks.together(lambda: made[0] if made else make())


def _written(value: Any, path: Path) -> str:
    """Write a value; return the path, or "" where that cannot be."""
    try:
        write(value, path)
    except CANNOT:
        return ""
    return str(path)


class _Pickler(pickle.Pickler):
    """Hands tensors over as the arrays that they are."""

    def reducer_override(self, value: Any) -> Any:
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
