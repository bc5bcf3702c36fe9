"""The heap before the forks: laid out so that a check costs the kernel little.

A forked child shares all pages, and pays for each one that it writes to. What libraries threw away
while they were imported has left holes all over the heap, and a child's new objects would go into
them, one here, one there, and each of these pages is copied. With the holes filled, what is new
lies side by side at the end. On a course with pandas that is a third of the pages.

And it pays for the list of all pages, which is copied with every fork; of huge pages it is short.
"""

import ctypes
from pathlib import Path

# From 2^17 on the C library may ask the system for a block of its own; from 1032 bytes down it
# keeps free blocks apart by these very sizes.
_SIZES = (*(2**power for power in range(16, 10, -1)), *range(1032, 23, -16))
_COLLAPSE = 25  # MADV_COLLAPSE


class _Statistics(ctypes.Structure):
    """The C library's `struct mallinfo2`."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def fill_holes() -> int:
    """Take every free block in front of the heap's end, for good; return where that end began.

    Returns 0, and leaves all as it is, where the C library is not GNU's, of version 2.33 at least.
    It is only for Python that runs with PYTHONMALLOC=malloc; Python's own allocator is not asked.
    """
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        return 0
    libc.mallinfo2.restype = _Statistics
    libc.sbrk.restype = libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.sbrk.argtypes = [ctypes.c_ssize_t]
    end = libc.sbrk(0) - libc.mallinfo2().keepcost
    for size in _SIZES:
        for _ in range(libc.mallinfo2().fordblks // size + 1):  # no more fit into what is free
            if (libc.malloc(size) or end) >= end:
                break
    return end


def make_huge() -> None:
    """Move the heap into huge pages, as far as there are any; Linux does it from 6.1 on."""
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        if line.endswith("[heap]"):
            start, end = (int(border, 16) for border in line.split()[0].split("-"))
            madvise(start, end - start, _COLLAPSE)  # where it fails, the pages stay as they are
