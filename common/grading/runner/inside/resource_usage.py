"""What all processes of a check use together; the kernel's limits hold for each of them alone."""

import contextlib
import math
import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
# Memory that no file backs. What several processes share is divided by their number.
_COUNTED = (b"Pss_Anon:", b"Pss_Shmem:", b"SwapPss:", b"Private_Hugetlb:", b"Shared_Hugetlb:")
_AT_MOST = (b"VmRSS:", b"VmSwap:", b"HugetlbPages:")


class ResourceUsage:
    """Adds up memory and processor over the processes of one check.

    trusted: the names in /proc of the processes that are no part of the check.
    server: the server's name in /proc. Its children share with it what it holds.
    own: bytes that the server held before the check.
    limits: the fields of `common.grading.runner.limits.Limits`.
    """

    def __init__(
        self, trusted: Collection[str], server: str, own: int, limits: Mapping[str, Any]
    ) -> None:
        self.trusted, self.server, self.own, self.limits = trusted, server, own, limits
        self.spent: dict[tuple[str, int], float] = {}

    def over(self) -> str:
        """Return which limit is exceeded now: "memory", "time" or none."""
        at_most, memory, living = 0.0, 0, 0.0
        processes = [*self._processes()]
        try:
            for process in processes:
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # just ended
                    at_most += _at_most(process)
                    began, alone, children = _processor_of(process)
                    living += alone + children
                    self.spent[process, began] = alone
            if at_most > self.limits["memory"]:  # only then is it worth the time to look closely
                # With the server, for of what is shared each of them is counted a part alone.
                for process in (self.server, *processes):
                    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                        memory += memory_of(process)
        except Exception:  # it hides from us, or says what the kernel would not say
            return "memory"
        if memory - self.own > self.limits["memory"]:
            return "memory"
        # Of those that came and went, either their parent knows, or we do if they lived long.
        spent = max(living, sum(self.spent.values()))
        return "time" if spent > self.limits["cpu_seconds"] else ""

    def _processes(self) -> Iterator[str]:
        for name in os.listdir("/proc"):
            if name.isdigit() and name not in self.trusted:
                yield name


def memory_of(process: str) -> int:
    """Return the bytes that a process takes; raise OSError where there is no process."""
    tasks = os.listdir(f"/proc/{process}/task")
    for task in tasks:  # the first thread may have ended, and shows nothing then
        try:
            return _sum(f"/proc/{process}/task/{task}/smaps_rollup", _COUNTED)[0]
        except (ProcessLookupError, FileNotFoundError):
            continue
    return 0


def _at_most(process: str) -> float:
    """Return bytes that `memory_of` does not exceed, found in a fraction of its time."""
    total, found = _sum(f"/proc/{process}/status", _AT_MOST)
    return total if found else math.inf  # the first thread has ended, or all of it


def _sum(path: str, names: tuple[bytes, ...]) -> tuple[int, int]:
    """Return the bytes that the lines of these names add up to, and how many such lines there are.

    Read as bytes, for a process can call itself anything: what is no text, or has a carriage return
    in it that would begin a line. A line feed in its name the kernel writes in another way.
    """
    with open(path, "rb") as file:
        sizes = [int(line.split()[1]) for line in file if line.startswith(names)]
    return 1024 * sum(sizes), len(sizes)


def _processor_of(process: str) -> tuple[int, float, float]:
    """Return when a process began, and the seconds that it and its children of old have spent."""
    with open(f"/proc/{process}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    own, system, children, theirs = map(int, fields[11:15])
    return int(fields[19]), (own + system) / _TICKS, (children + theirs) / _TICKS
