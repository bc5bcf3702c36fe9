"""What one check in the sandbox may use, and over which of its limits it went."""

import os
import signal
from dataclasses import dataclass, field, replace
from typing import Any

from common.grading.runner.inside.wire import BadFrameError, unsealed
from common.grading.runner.probe_result import Failure, ProbeResult, read_probe_result, signal_name
from common.grading.sanitize import sanitize


@dataclass(frozen=True)
class Limits:
    """What one check may use.

    cpu_seconds: of processor, by all processes together.
    wall_seconds: from start to end.
    memory: bytes, of all processes together, beyond what the libraries take.
    processes: at a time, threads included.
    output_bytes: of the result, and of standard output and standard error, each.
    tmp_bytes: of files in all, the student's files included.
    """

    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    memory: int = 2**30
    processes: int = 32
    output_bytes: int = 16 * 2**20
    tmp_bytes: int = 64 * 2**20


USUAL = Limits()


@dataclass
class Budget:
    """The time that all checks of one submission have together, imports and judging included.

    A right submission takes a twentieth of it. Three checks that never end use it up.

    >>> budget = Budget(processor=2.0)
    >>> budget.spend(1.5, 1.6)
    >>> budget.spent
    False
    >>> budget.spend(0.5, 0.6)
    >>> budget.spent
    True
    """

    processor: float = 3 * USUAL.cpu_seconds
    wall: float = 4 * USUAL.wall_seconds
    check: Limits = USUAL

    @classmethod
    def of(cls, limits: Limits) -> "Budget":
        """Return that of a submission each of whose checks has these limits."""
        return cls(3 * limits.cpu_seconds, 4 * limits.wall_seconds, limits)

    def spend(self, processor: float, wall: float) -> None:
        """Take off what a check took."""
        self.processor -= processor
        self.wall -= wall

    def spend_again(self) -> None:
        """Take off what a check took that went over its limits before the grader was started."""
        self.spend(self.check.cpu_seconds, self.check.wall_seconds)

    @property
    def spent(self) -> bool:
        return self.processor <= 0 or self.wall <= 0


@dataclass
class Stream:
    """One pipe from the check: what is kept of it, and how much may come."""

    kept: int
    most: int
    content: bytearray = field(default_factory=bytearray)
    count: int = 0

    def take(self, chunk: bytes) -> bool:
        """Keep what there is room for; say whether too much has come."""
        self.count += len(chunk)
        self.content += chunk[: max(0, self.kept - len(self.content))]
        return self.count > self.most


def conclude(
    limits: Limits,
    ended: dict[str, Any],
    stopped: str,
    *,
    key: bytes,
    result: Stream,
    stdout: Stream,
    stderr: Stream,
) -> ProbeResult:
    """Say what came of a check, from how its process ended and from what it wrote.

    ended: what the server says: the wait status, the seconds of processor, and over which limit
        the check was ("memory" or "time"), if any.
    stopped: "time" or "flood" if the judge had to stop it.
    key: what a result is sealed with.
    """
    printed: dict[str, Any] = {
        "stdout": sanitize(bytes(stdout.content)),
        "stderr": sanitize(bytes(stderr.content)),
    }
    if any(stream.count > stream.most for stream in (result, stdout, stderr)):
        stopped = stopped or "flood"
    failure = _stopped(limits, ended, stopped)
    if failure is None and result.count:
        try:
            frame = unsealed(bytes(result.content), key)
            return replace(read_probe_result(frame, **printed), seconds=ended["cpu"])
        except BadFrameError as problem:
            failure = Failure("not_plain", str(problem))
    failure = failure or _ended(ended["status"])
    # What its children took is not known to their parent where they were ended together.
    seconds = max(ended["cpu"], limits.cpu_seconds if failure.kind == "time" else 0)
    return ProbeResult(None, failure, **printed, seconds=seconds)


def _stopped(limits: Limits, ended: dict[str, Any], stopped: str) -> Failure | None:
    words = {
        "time": f"more than {limits.wall_seconds:g} s, or {limits.cpu_seconds} s of processor",
        "memory": f"more than {limits.memory // 2**20} MB",
        "flood": f"more than {limits.output_bytes / 2**20:g} MB",
    }
    killed = ended["status"] == signal.SIGKILL
    stopped = ended["over"] or stopped
    if not stopped and killed and ended["cpu"] >= limits.cpu_seconds - 1:
        stopped = "time"
    if stopped:
        return Failure(stopped, words[stopped])
    # Nothing tells a system that is short of memory from code that ends itself.
    return Failure("died", "signal SIGKILL, its own or the system's") if killed else None


def _ended(status: int) -> Failure:
    if os.WIFSIGNALED(status):
        return Failure("died", f"signal {signal_name(os.WTERMSIG(status))}")
    return Failure("ended", f"exit code {os.WEXITSTATUS(status)}")
