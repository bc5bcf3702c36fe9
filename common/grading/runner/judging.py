"""Judges in a process of their own, so that no answer can hold up or exhaust the grader.

An answer is only data, but what a judge does with it may take long: a pattern that is tried at
every place of a long text, a sort of what should have been three numbers. So each job has one
process that judges for it, one verdict after another, under limits; one that goes over them ends,
and the next verdict gets a new process. All of them are copies of one small process (`JudgeServer`)
that is made before there are any threads.

    grader  --(a socket's end)-->  server  --fork-->  judge
    grader  --(inputs, answer)-->  judge   --(verdict in JSON)-->  grader
"""

import contextlib
import os
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn, Self

from common.errors import UserError
from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs
from common.grading.runner.inside.wire import NotPlainError, Plain, decode, encode
from common.grading.runner.loop import judge, unreadable
from common.grading.runner.probe_result import ProbeResult

if sys.platform != "win32":  # where nothing is graded
    import resource

PROCESSOR_SECONDS = 10
"""What one verdict may take; it takes milliseconds."""
MEMORY = 2**31
"""Bytes, beyond what the process has at its beginning."""
_WALL_SECONDS = 120.0
_TRIES = 2
"""A process may end for a reason that is not the answer's, such as a system short of memory."""


class JudgeServer:
    """Makes judges for the exercises of one module; a context manager, for many threads.

    Enter it before the threads are started.
    """

    def __init__(self, exercises: Sequence[ExerciseSpec]) -> None:
        self._checks = {
            (one.exercise, check.name): check for one in exercises for check in one.checks
        }

    def __enter__(self) -> Self:
        self._orders, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with inner, warnings.catch_warnings():
            # Libraries may have threads that are not Python's; a judge uses none of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._number = os.fork()
            if self._number == 0:
                _never_return(partial(_make_judges, inner, self._checks))
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        os.waitpid(self._number, 0)

    def new(self) -> tuple[socket.socket, int]:
        """Return the socket of a new judge, and a descriptor to end it by."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._orders, [b"new"], [theirs.fileno()])
            ours.settimeout(_WALL_SECONDS)
            _, descriptors, _, _ = socket.recv_fds(ours, 16, 1)
        except OSError:
            descriptors = []
        if not descriptors:
            ours.close()
            raise UserError(
                "the grader cannot start the process that judges: close other programs, or give a "
                "smaller --jobs"
            )
        return ours, descriptors[0]


class Judge:
    """Judges in a process of its own; a context manager, for one thread."""

    def __init__(self, server: JudgeServer) -> None:
        self.server = server
        self._process: tuple[socket.socket, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def judge(
        self, exercise: ExerciseSpec, check: Check, inputs: Inputs, outcome: ProbeResult
    ) -> CheckResult:
        """Do as `loop.judge` does, within limits; an answer that takes more is not right."""
        if outcome.failure:
            return judge(check, inputs, outcome)
        told: dict[str, Plain] = {
            **{"exercise": exercise.exercise, "check": check.name, "inputs": inputs},
            **{"stdout": outcome.stdout, "stderr": outcome.stderr, "output": outcome.output},
        }
        try:
            request = encode(told)
        except NotPlainError:  # it was, in a form that takes less room
            return unreadable(check, inputs, outcome)
        for _ in range(_TRIES):
            if verdict := self._ask(request):
                return CheckResult.from_json(verdict)
        return unreadable(check, inputs, outcome)

    def _ask(self, request: bytes) -> str:
        """Return the verdict, nothing where the process ended instead."""
        if self._process is None:
            self._process = self.server.new()
        connection, _ = self._process
        try:
            connection.sendall(len(request).to_bytes(8, "little") + request)
            if verdict := _read(connection):
                return verdict.decode()
        except OSError:  # also that it took too long
            pass
        self._end()
        return ""

    def _end(self) -> None:
        if self._process is not None:
            connection, process = self._process
            self._process = None
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(process, signal.SIGKILL)
            os.close(process)
            connection.close()


def _make_judges(orders: socket.socket, checks: Mapping[tuple[str, str], Check]) -> None:
    """Make a judge for each socket that comes, until the grader is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the grader's matter
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Nothing of the grader's is to stay open here, or the gradebook would stay locked after it.
    keep = os.dup2(orders.detach(), 3)
    os.closerange(keep + 1, 2**16)
    orders = socket.socket(fileno=keep)
    while True:
        word, descriptors, _, _ = socket.recv_fds(orders, 16, 1)
        if not word:
            return
        if os.fork() == 0:
            orders.close()
            connection = socket.socket(fileno=descriptors[0])
            _never_return(partial(_serve, connection, checks))
        os.close(descriptors[0])


def _serve(connection: socket.socket, checks: Mapping[tuple[str, str], Check]) -> None:
    """Judge until the grader is gone."""
    process = os.pidfd_open(os.getpid())
    socket.send_fds(connection, [b"ready"], [process])
    os.close(process)
    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        own = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY, hardest))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while request := _read(connection):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _, hardest = resource.getrlimit(resource.RLIMIT_CPU)
        most = int(usage.ru_utime + usage.ru_stime) + PROCESSOR_SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, hardest))
        asked: Any = decode(request)
        outcome = ProbeResult(asked["output"], stdout=asked["stdout"], stderr=asked["stderr"])
        result = judge(checks[asked["exercise"], asked["check"]], asked["inputs"], outcome)
        verdict = result.to_json().encode()
        connection.sendall(len(verdict).to_bytes(8, "little") + verdict)


def _read(connection: socket.socket) -> bytes:
    """Return the next frame, nothing where there is no more."""
    with connection.makefile("rb") as stream:
        length = stream.read(8)
        return stream.read(int.from_bytes(length, "little")) if len(length) == 8 else b""


def _never_return(body: Callable[[], None]) -> NoReturn:
    """Run what is a forked process's own, and leave nothing of this process's to be done twice."""
    code = 1
    try:
        body()
        code = 0
    finally:
        os._exit(code)
