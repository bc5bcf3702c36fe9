"""What one check in the sandbox may use, and what came of it."""

import os
import signal
from dataclasses import dataclass, field
from typing import Any

from common.grading.runner.inside import wire
from common.grading.sanitize import sanitize

_KINDS = {
    "ended": "ended the process before there was a result",
    "time": "took too long",
    "memory": "used too much memory",
    "not_plain": "returned something that is not plain data",
    "raised": "raised an error",
    "died": "crashed",
    "flood": "wrote too much output",
    "refused": "handed in files that are too big",
}


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


@dataclass(frozen=True)
class Failure:
    """Why there is no output: the kind, which never changes its name, and what is known besides.

    >>> print(Failure("raised", "ValueError: no rows (tabular/loss.py, line 12)"))
    raised an error: ValueError: no rows (tabular/loss.py, line 12)
    """

    kind: str
    details: str = ""

    def __str__(self) -> str:
        return f"{_KINDS[self.kind]}: {self.details}" if self.details else _KINDS[self.kind]


@dataclass(frozen=True)
class Outcome:
    """What came of one check: `output`, unless there is a `failure`.

    What the code printed is bounded, and cannot steer a terminal; it is still the student's text.
    """

    output: wire.Plain = None
    failure: Failure | None = None
    stdout: str = ""
    stderr: str = ""


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
    result: Stream,
    stdout: Stream,
    stderr: Stream,
) -> Outcome:
    """Say what came of a check, from how its process ended and from what it wrote.

    ended: what the server says: the wait status, the seconds of processor, and over which limit
        the check was ("memory" or "time"), if any.
    stopped: "time" or "flood" if the judge had to stop it.
    """
    texts = {
        "stdout": sanitize(bytes(stdout.content)),
        "stderr": sanitize(bytes(stderr.content)),
    }
    if any(stream.count > stream.most for stream in (result, stdout, stderr)):
        stopped = stopped or "flood"
    failure = _stopped(limits, ended, stopped)
    if failure is None and result.count:
        try:
            return Outcome(**_opened(bytes(result.content)), **texts)
        except wire.BadFrameError as problem:
            failure = Failure("not_plain", str(problem))
    return Outcome(failure=failure or _ended(ended["status"]), **texts)


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
    return Failure("memory", "the system ended it for lack of memory") if killed else None


def _opened(frame: bytes) -> dict[str, Any]:
    """Read the one frame of a check; it may be forged, and is judged by its form alone."""
    content = wire.decode(frame)
    if type(content) is not list or len(content) != 2 or type(content[0]) is not str:
        raise wire.BadFrameError("not a result")
    kind, value = content
    if kind == "output":
        return {"output": value}
    if kind not in _KINDS or type(value) is not str:
        raise wire.BadFrameError("not a result")
    return {"failure": Failure(kind, sanitize(value, limit=500).strip())}


def signal_name(number: int) -> str:
    """Return the name of a signal; those between the first and the last real-time one have none.

    >>> signal_name(11), signal_name(35)
    ('SIGSEGV', '35')
    """
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _ended(status: int) -> Failure:
    if os.WIFSIGNALED(status):
        return Failure("died", f"signal {signal_name(os.WTERMSIG(status))}")
    return Failure("ended", f"exit code {os.WEXITSTATUS(status)}")
