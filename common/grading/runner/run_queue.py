"""For how long a process and what it has begun stood in line for a processor, as Linux counts it.

The whole machine's waiting (`stopwatch.PRESSURE`) does not tell whose it was; this does.
"""

import contextlib
import os
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

PROC = Path("/proc")


def family(top: int) -> set[int]:
    """Return the numbers of a process and of all that it and these have begun, as far as they live.

    >>> os.getpid() in family(os.getpid())
    True
    """
    begun = defaultdict(list)
    for name in os.listdir(PROC):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):  # it has just ended
                # Its own name, between brackets, may hold anything.
                fields = (PROC / name / "stat").read_bytes().rpartition(b")")[2].split()
                begun[int(fields[1])].append(int(name))
    found, waiting = set[int](), [top]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += begun[one]
    return found


def waited(top: int, but: Collection[int] = ()) -> float:
    """Return the seconds for which that thread of a process's family waited that did so longest.

    but: members that do not count. Where the system does not tell, it is nothing.

    >>> waited(os.getpid()) >= 0
    True
    """
    longest = 0
    for process in family(top).difference(but):
        with contextlib.suppress(OSError, ValueError, IndexError):
            for task in (PROC / str(process) / "task").iterdir():
                longest = max(longest, int((task / "schedstat").read_bytes().split()[1]))
    return longest / 1e9
