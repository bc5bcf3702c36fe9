"""Deterministic algorithms, and the caller's random generators, for as long as a training lasts."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.utils import deterministic as torch_deterministic

from common.training.generators import random_state, set_random_state

CUBLAS = "CUBLAS_WORKSPACE_CONFIG"
FILL = "fill_uninitialized_memory"  # by name, for the module's types do not know it


@contextmanager
def reproducible(device: torch.device, *, deterministic: bool) -> Iterator[None]:
    """Leave the caller's random generators alone, and choose deterministic algorithms meanwhile.

    An operation that has no deterministic algorithm warns and goes on. Memory is not filled
    before use, which PyTorch would otherwise do and which only costs time.
    """
    generators = random_state(device)
    if deterministic:
        _flags.begin(device)
    try:
        yield
    finally:
        if deterministic:
            _flags.end()
        set_random_state(generators, device)


class _Flags:
    """PyTorch's flags, which are the whole process's, and one variable.

    The first training sets them and the last to end puts them back: those of two threads need not
    end in the order in which they began.
    """

    def __init__(self) -> None:
        self.lock, self.trainings = threading.Lock(), 0

    def begin(self, device: torch.device) -> None:
        with self.lock:
            if self.trainings == 0:
                self.enabled = torch.are_deterministic_algorithms_enabled()
                self.warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
                self.fill, self.workspace = (
                    getattr(torch_deterministic, FILL),
                    os.environ.get(CUBLAS),
                )
            self.trainings += 1
            if device.type == "cuda":
                os.environ.setdefault(CUBLAS, ":4096:8")
            setattr(torch_deterministic, FILL, False)
            torch.use_deterministic_algorithms(True, warn_only=True)

    def end(self) -> None:
        with self.lock:
            self.trainings -= 1
            if self.trainings:
                return
            torch.use_deterministic_algorithms(self.enabled, warn_only=self.warn_only)
            setattr(torch_deterministic, FILL, self.fill)
            if self.workspace is None:
                os.environ.pop(CUBLAS, None)


_flags = _Flags()
