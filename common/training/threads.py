"""How many threads a training computes with: one, unless its network is large.

PyTorch shares each operation out among as many threads as there are cores, and each of them spins
while it waits for the others. For a small network there is little to share, and where another
process needs a core too, all wait for the one thread that does not get it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from common.training.model_state import in_mode

LARGE = 4e9
"""Floating-point operations of a forward pass of one batch, from which several threads pay."""


def usable_cores() -> int:
    """Return how many cores this process may use.

    >>> usable_cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):  # fewer than the computer has, in a container for example
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def using_threads(count: int | None) -> Iterator[None]:
    """Let PyTorch compute on the CPU with so many threads, None: as before, and set it back.

    >>> before = torch.get_num_threads()
    >>> with using_threads(1):
    ...     torch.get_num_threads()
    1
    >>> torch.get_num_threads() == before
    True
    """
    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def threads_for(model: nn.Module, inputs: Sequence[Tensor]) -> int | None:
    """Return 1 where the network is small for a batch such as `inputs`; None where it is large.

    >>> with using_threads(2):  # where there is one anyway, it is 1 for all
    ...     threads_for(nn.Linear(8, 128), [torch.zeros(256, 8)])
    ...     threads_for(nn.Linear(4096, 4096), [torch.zeros(256, 4096)])
    1
    """
    if torch.get_num_threads() == 1:
        return 1
    return 1 if _operations(model, inputs) < LARGE else None


def _operations(model: nn.Module, inputs: Sequence[Tensor]) -> float:
    from torch.utils.flop_counter import FlopCounterMode  # it takes a while to import

    counter = FlopCounterMode(display=False)
    with in_mode(model, training=False), torch.no_grad(), counter:
        model(*(tensor.clone() for tensor in inputs))
    return counter.get_total_flops()
