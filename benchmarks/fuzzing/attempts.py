"""One file tried in a process of its own, with bounds on its processor time and memory."""

import contextlib
import gc
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from common.errors import UserError
from fuzzing.kinds import Kind, Reading

SECONDS, PATIENCE = 10, 600
"""Processor time of one file, that a busy machine does not prolong; and how long it may wait."""
TIMES, ROOM = 3, 64 * 2**20
"""A file may take so many times its size beside what a valid one takes, and this for good."""

GOOD = ("read", "noted", "refused")
BAD = ("traceback", "crash", "hang", "memory", "died")


@dataclass(frozen=True)
class Attempt:
    """What became of a file: outcome is one of `GOOD` or `BAD`. peak: bytes, of the child.

    A child that is killed by a signal is a crash; the process that waited for it may have died.
    """

    outcome: str
    said: str
    peak: int


def attempt(kind: Kind, content: bytes, *, base: int) -> Attempt:
    """Let a child read a file, and say what became of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"file{kind.suffix}")
        path.write_bytes(content)
        tried = in_child(kind.read, path)
    if tried.outcome in GOOD and tried.peak > base + TIMES * len(content) + ROOM:
        return Attempt(
            "memory", f"{(tried.peak - base) >> 20} MB more than a valid file", tried.peak
        )
    return tried


def in_child(read: Reading, path: Path) -> Attempt:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        gc.disable()  # it would copy what is shared
        os.setsid()  # its own programs are ended with it
        os.close(reading)
        for number in (signal.SIGALRM, signal.SIGXCPU):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(PATIENCE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        os.write(writing, outcome_of(lambda: read(path)).encode("utf-8", "replace")[:60_000])
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        said = file.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(child, 0)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        outcome = "hang" if number in (signal.SIGALRM, signal.SIGXCPU) else "crash"
        return Attempt(outcome, f"signal {number}", usage.ru_maxrss * 1024)
    outcome, _, text = said.partition(" ")
    return Attempt(outcome or "crash", text, usage.ru_maxrss * 1024)


def outcome_of(work: Callable[[], list[str]]) -> str:
    """Do it; say in a word what came of it, and then the message."""
    try:
        notes = work()
    except UserError as error:
        if "\n" in str(error).strip():
            return f"traceback two lines: {str(error)!r}"
        return f"refused {error}"
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if "site-packages" not in f.filename and "fuzz" not in f.filename]
        place = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "?"
        return f"traceback {place}: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return f"noted {'; '.join(notes)}" if notes else "read"


def quiet() -> None:
    """Libraries in C write of what they met to the standard error, which tells us nothing."""
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
