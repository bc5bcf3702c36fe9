"""What a training sets in PyTorch and in the process.

`reproducible` leaves all of it as it was; only the memory allocator's setting stays until the
process ends.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.utils import deterministic as torch_deterministic

from common.training.generators import random_state, set_random_state

CUBLAS = "CUBLAS_WORKSPACE_CONFIG"
FILL = "fill_uninitialized_memory"  # by name, for the module's types do not know it
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h
LARGEST_FROM_HEAP = 32 * 2**20  # glibc accepts no more
KEPT = 512 * 2**20


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


def keep_freed_memory() -> bool:
    """Let this process keep the memory it frees, up to half a gigabyte; say whether it can.

    A step of training frees what the step after it asks for again: the same activations, the same
    gradients. glibc gives large blocks back to the system in between, which hands them out anew,
    filled with zeros, page by page at the first touch: a tenth of a small CNN's time. Here blocks
    of up to 32 MiB come from the heap, and the heap is trimmed only where more than 512 MiB of it
    lie free. The setting holds until the process ends. Other C libraries are left as they are.

    Source: mallopt(3), the manual page of the setting.

    >>> keep_freed_memory() in (True, False)
    True
    """
    library = _glibc()
    if library is None:
        return False
    settings = {M_MMAP_THRESHOLD: LARGEST_FROM_HEAP, M_TRIM_THRESHOLD: KEPT}
    return all(library.mallopt(name, value) == 1 for name, value in settings.items())


def give_back_freed_memory() -> bool:
    """Hand back to the system what this process has freed; say whether it can.

    Also what lies between blocks in use: a stream that works for an hour, in blocks of ever other
    sizes, would leave more and more such holes. It takes some milliseconds, and what is handed
    back must be asked for again, so not in every step of a training. Arrow, which holds the columns
    of a table, keeps what it has freed by itself.

    Source: malloc_trim(3), the manual page.

    >>> give_back_freed_memory() in (True, False)
    True
    """
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    library = _glibc()
    if library is None:
        return False
    library.malloc_trim(0)
    return True


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    # musl has no such settings
    return library if hasattr(library, "gnu_get_libc_version") else None
