"""A student's workbench: runs probes in a process of their own, each from a clean start.

The process imports the libraries once, which takes seconds. On Linux every check then runs in a
copy of it (fork), so that no check can spoil another; elsewhere forking is not safe, and checks
share the process until one of them fails. What the student's code prints is seen on the standard
error. This is for one's own code; that of strangers is run by `common.grading.runner.sandbox`.
"""

import contextlib
import importlib
import importlib.util
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO, Self

from common.grading.runner.inside.driver import run_probe, send
from common.grading.runner.inside.wire import BadFrameError, Plain, decode, encode
from common.grading.runner.outcome import signal_name

try:
    import resource
except ImportError:  # not on Windows, where nothing forks
    resource = None

ROOT = Path(__file__).parents[3]
SECONDS = 20.0
"""How long one check may take. They take milliseconds; the first one after a pause, a second."""
_MOST_PROCESSOR = 60
FORKS = sys.platform == "linux"


class Bench:
    """Runs probes one after another. Use it in a `with` block: it ends its process.

    root: the folder with the packages and the tests; the student's, by default this one.
    """

    def __init__(self, probes: str, *, root: Path = ROOT, seconds: float = SECONDS) -> None:
        self.probes, self.root, self.seconds = probes, root, seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, module: str, probe: str, inputs: Plain) -> list:
        """Return what happened: ["output", value], or a kind of failure and its details."""
        if self._process is None:
            self._start()
        frame = encode({"module": module, "probe": probe, "inputs": inputs})
        try:
            _write(self._process.stdin, frame)
            answer = self._answers.get(timeout=self.seconds)
        except queue.Empty:
            self._stop()
            return ["time", f"{self.seconds:g} s"]
        except OSError:
            answer = b""
        try:
            outcome = decode(answer)
        except BadFrameError:
            outcome = None
        if not isinstance(outcome, list) or len(outcome) != 2:
            code = self._stop()
            return ["died", f"exit code {code}"]
        if outcome[0] != "output" and not FORKS:
            self._stop()  # what has failed may have left anything behind
        return outcome

    def variables(self) -> dict[str, str]:
        """Where Python finds the student's packages; one thread, for the checks are small."""
        return {"PYTHONPATH": str(self.root), "OMP_NUM_THREADS": "1"}

    def _start(self) -> None:
        forget_stale(self.root)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "common.grading.runner.local_runner", self.probes],
            cwd=self.root,
            env={**os.environ, **self.variables()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl+C is for this process alone; the other would answer it with a traceback.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # so on Windows
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        reader = threading.Thread(
            target=_pump, args=(self._process.stdout, self._answers), daemon=True
        )
        reader.start()

    def _stop(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        with contextlib.suppress(OSError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
        code = process.poll()
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)  # its copies too
            else:
                process.kill()
        process.wait()
        process.stdout.close()
        return code


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


def _pump(stream: BinaryIO, answers: "queue.Queue[bytes]") -> None:
    with contextlib.suppress(OSError, ValueError):
        while frame := _read(stream):
            answers.put(frame)
    answers.put(b"")


def _write(stream: BinaryIO, frame: bytes) -> None:
    stream.write(len(frame).to_bytes(8, "little") + frame)
    stream.flush()


def _read(stream: BinaryIO) -> bytes:
    """Return the next frame, or nothing where the stream has ended."""
    length = stream.read(8)
    return stream.read(int.from_bytes(length, "little")) if len(length) == 8 else b""


def serve(probes: str) -> None:
    """Answer requests from the standard input until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed must not get in between the answers
    with contextlib.suppress(ImportError):
        importlib.import_module(probes)  # the libraries; the student's code comes with the probe
    while request := _read(sys.stdin.buffer):
        asked = decode(request)
        if not FORKS:
            _write(answers, run_probe(asked["module"], asked["probe"], asked["inputs"]))
            continue
        _write(answers, _in_a_copy(asked))


def _in_a_copy(asked: dict[str, Plain]) -> bytes:
    """Run the probe in a copy of this process, and return the frame that it leaves."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        # Where nobody is left to end it, an endless loop ends all the same.
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_PROCESSOR, _MOST_PROCESSOR))
        send(run_probe(asked["module"], asked["probe"], asked["inputs"]), theirs)
    os.close(theirs)
    with open(ours, "rb") as answer:
        frame = answer.read()
    _, status = os.waitpid(child, 0)
    return frame or encode(["died", _cause(os.waitstatus_to_exitcode(status))])


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal_name(-code)


if __name__ == "__main__":
    serve(sys.argv[1])
