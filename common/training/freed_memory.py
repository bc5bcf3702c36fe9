"""Memory that a process has freed: kept for the next step, or handed back to the system."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h
LARGEST_FROM_HEAP = 32 * 2**20  # glibc accepts no more
KEPT = 512 * 2**20


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
