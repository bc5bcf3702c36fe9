"""Runs probes on a student's own computer, in a process of their own, each from a clean start.

The process imports the libraries once, which takes seconds. On Linux every check then runs in a
copy of it (fork), so that no check can spoil another; elsewhere forking is not safe, and checks
share the process until one of them fails. What the student's code prints comes back in short with
the outcome. This is for one's own code; that of strangers is run by
`common.grading.runner.sandbox`.
"""

import contextlib
import importlib
import importlib.util
import io
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Self

from common.discovery import ROOT
from common.grading.exercise.specification import Inputs
from common.grading.runner.inside import guard
from common.grading.runner.inside.driver import run_probe, send, stopped
from common.grading.runner.inside.wire import BadFrameError, Plain, decode, encode
from common.grading.runner.limits import USUAL
from common.grading.runner.printed import Printed, told
from common.grading.runner.probe_result import Failure, ProbeResult, read_probe_result, signal_name
from common.grading.runner.stopwatch import Stopwatch

if sys.platform != "win32":  # where nothing forks
    import resource

SECONDS = USUAL.cpu_seconds
"""Of processor, for one check, as where it is graded. They take milliseconds."""
WALL = 6
"""How many times as long a check may last: a busy machine is no endless loop."""
FORKS = sys.platform == "linux"
_OVER = "SIGXCPU"


class LocalRunner:
    """Runs probes one after another. Use it in a `with` block: it ends its process.

    root: the folder with the packages and the tests; the student's, by default this one.
    seconds: of processor for one check, where it runs in a process of its own; it may last `WALL`
        times as long.
    """

    def __init__(self, probes: str, *, root: Path = ROOT, seconds: int = SECONDS) -> None:
        self.probes, self.root, self.seconds = probes, root, seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, module: str, probe: str, inputs: Inputs) -> ProbeResult:
        """Run one probe; what it prints comes with the result, in short."""
        process = self._process or self._start()
        outcome = self._run(process, module, probe, inputs)
        text, more = self._printed.of_check()
        return replace(outcome, stdout=text, more_lines=more)

    def _run(
        self, process: subprocess.Popen[bytes], module: str, probe: str, inputs: Inputs
    ) -> ProbeResult:
        asked: Plain = {
            **{"module": module, "probe": probe, "inputs": inputs},
            **{"seconds": self.seconds, "mark": self._mark},
        }
        try:
            _write(_pipe(process.stdin), encode(asked))
            answer = self._answer()
        except queue.Empty:
            self._stop()
            return self._over(f"more than {WALL * self.seconds} s")
        except OSError:
            answer = b""
        try:
            outcome = read_probe_result(answer)
        except BadFrameError:
            return ProbeResult(failure=Failure("died", f"exit code {self._stop()}"))
        if outcome.failure == Failure("died", _OVER):
            return self._over(f"more than {self.seconds} s of processor")
        if outcome.failure and not FORKS:
            self._stop()  # what has failed may have left anything behind
        return outcome

    def _answer(self) -> bytes:
        watch, most = Stopwatch(), WALL * self.seconds
        while (left := most - watch.seconds()) > 0:
            with contextlib.suppress(queue.Empty):
                return self._answers.get(timeout=left)
        raise queue.Empty

    def _over(self, limit: str) -> ProbeResult:
        return ProbeResult(failure=Failure("time", limit), seconds=self.seconds)

    def variables(self) -> dict[str, str]:
        """Where Python finds the student's packages; one thread, for the checks are small.

        And what `breakpoint()` does where nobody could answer the debugger.
        """
        stop = os.environ.get("PYTHONBREAKPOINT") or "common.grading.runner.local.no_debugger"
        return {
            "PYTHONPATH": str(self.root), "OMP_NUM_THREADS": "1", "PYTHONBREAKPOINT": stop
        }  # fmt: skip

    def _start(self) -> subprocess.Popen[bytes]:
        forget_stale(self.root)
        process = subprocess.Popen(
            [sys.executable, "-m", "common.grading.runner.local", self.probes],
            cwd=self.root,
            env={**os.environ, **self.variables()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Ctrl+C is for this process alone; the other would answer it with a traceback.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # so on Windows
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        arguments = (_pipe(process.stdout), self._answers)
        threading.Thread(target=_pump, args=arguments, daemon=True).start()
        self._mark = secrets.token_hex()
        self._printed = Printed(_pipe(process.stderr), self._mark.encode())
        self._process = process
        return process

    def _stop(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        with contextlib.suppress(OSError):
            _pipe(process.stdin).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
        code = process.poll()
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)  # its copies too
            else:
                process.kill()
        process.wait()
        _pipe(process.stdout).close()
        return code


def no_debugger(*_: object, **__: object) -> None:
    """What `breakpoint()` does in a process that has no terminal."""
    raise RuntimeError("breakpoint() stops in `check NAME --pdb`, without --watch")


def forget_stale(root: Path) -> None:
    """Remove compiled files that are older than their source.

    Python knows them by the second and the size alone: of a file saved twice within one second,
    as with `check --watch`, it would run the first version.
    """
    for source in root.glob("*/**/*.py"):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        with contextlib.suppress(OSError):
            if compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns:
                compiled.unlink()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe that was asked for, and so is there."""
    assert stream is not None
    return stream


def _pump(stream: IO[bytes], answers: "queue.Queue[bytes]") -> None:
    with contextlib.suppress(OSError, ValueError):
        while frame := _read(stream):
            answers.put(frame)
    answers.put(b"")


def _write(stream: IO[bytes], frame: bytes) -> None:
    stream.write(len(frame).to_bytes(8, "little") + frame)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes:
    """Return the next frame, or nothing where the stream has ended."""
    length = stream.read(8)
    return stream.read(int.from_bytes(length, "little")) if len(length) == 8 else b""


def serve(probes: str) -> None:
    """Answer requests from the standard input until it ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # the student's `input()` finds its end, and no requests to wait for
    os.close(nothing)
    os.dup2(2, 1)  # what is printed must not get in between the answers
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # by lines, lest an endless loop keep what came before
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    with contextlib.suppress(Exception):  # what is wrong with them, each check will say
        importlib.import_module(probes)  # the libraries; the student's code comes with the probe
    while request := _read(requests):
        asked: Any = decode(request)
        mark = asked["mark"].encode()
        told(mark, 2, end=False)
        frame = _in_a_copy(asked) if FORKS else _in_this_process(asked)
        told(mark, 2, end=True)
        _write(answers, frame)


def _in_this_process(asked: dict[str, Any]) -> bytes:
    frame = run_probe(asked["module"], asked["probe"], asked["inputs"])
    with contextlib.suppress(Exception):  # the student's code may have closed them
        sys.stdout.flush()
        sys.stderr.flush()
    return frame


def _in_a_copy(asked: dict[str, Any]) -> bytes:
    """Run the probe in a copy of this process, and return the frame that it leaves."""
    ours, theirs = os.pipe()
    with warnings.catch_warnings():
        # From Python 3.12 on it is said where libraries keep threads; they wait for work, hold no
        # lock meanwhile, and what is said would be taken for what the student's code printed.
        warnings.filterwarnings("ignore", message=".*use of fork", category=DeprecationWarning)
        child = os.fork()
    if child == 0:
        # Where nobody is left to end it, an endless loop ends all the same.
        resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"] + 1))
        begin = _guarding(asked["module"], lambda what: send(stopped(what), theirs))
        send(run_probe(asked["module"], asked["probe"], asked["inputs"], begin), theirs)
    os.close(theirs)
    with open(ours, "rb") as answer:
        frame = answer.read()
    _, status = os.waitpid(child, 0)
    return frame or encode(["died", _cause(os.waitstatus_to_exitcode(status))])


def _guarding(module: str, stop: Callable[[str], Any]) -> Callable[[], None]:
    """Return what ends a check whose code reaches for what runs it, as where it is graded."""
    path = os.path.join(os.getcwd(), *module.split("."))
    students = (f"{path}.py", os.path.join(path, "__init__.py"))
    trusted = (os.path.join(os.getcwd(), ""), os.path.join(str(ROOT), ""))
    return lambda: guard.begin(students, trusted, stop)


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal_name(-code)


if __name__ == "__main__":
    serve(sys.argv[1])
