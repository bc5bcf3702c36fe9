"""What a Dask worker does for the grader: it runs a submission's checks, and judges nothing.

    edition        -> prove -> whether a sandbox stands here, and in which versions
    files, inputs  -> run   -> what came of each check

In come bytes, out go bytes, both in the closed format of `inside.wire`: what a student's code has
answered is never pickled. A worker gets inputs and has no judges, so it knows no right answer, and
neither the secret nor the gradebook. Each thread of it keeps the sandbox that it used last.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import io
import platform
import socket
import threading
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from common.errors import UserError
from common.grading.exercise.specification import (
    NO_WORDS,
    Check,
    CheckResult,
    ExerciseSpec,
    Inputs,
)
from common.grading.runner import bubblewrap
from common.grading.runner.inside.wire import NotPlainError, Plain, decode, encode
from common.grading.runner.limits import Budget, Limits
from common.grading.runner.loop import run_checks
from common.grading.runner.probe_result import Failure, ProbeResult
from common.grading.runner.sandbox import Sandbox
from common.temporary_folders import remove_leftovers, scratch_folder

_KILLED = 60.0
"""Seconds for which the folder of a worker that was killed may lie about."""


class _Seat:
    """A thread's sandbox, and for which edition, module and limits it was opened."""

    def __init__(self, key: str, sandbox: Sandbox) -> None:
        self.key, self.sandbox, self.in_use = key, sandbox, threading.Lock()


_editions: dict[str, Path] = {}
_seats: dict[int, _Seat] = {}  # by thread; Dask gives its tasks nothing else that stays
_folders = contextlib.ExitStack()
_placing = threading.Lock()


def prove(request: bytes) -> bytes:
    """Take the student edition in, and show that a sandbox stands: one is started.

    It stays for the first submission, since to start one takes as long as to grade one. None is
    started where the versions differ: nothing would be graded in it.

    request: a frame with "edition" (a zip), "digest", "libraries", "versions" as the grader has
    them, "limits", and "replaceable" and "preload", with which the sandbox is opened. The answer
    is one with "problem", which is empty where all is well, "host" and "versions".
    """
    asked: Any = decode(request)
    problem, found = "", versions(asked["libraries"])
    try:
        bubblewrap.check_system()
        _hide_key()
        _placed(asked["digest"], asked["edition"].tobytes())
        _leave()  # one that stood before proves nothing
        if found == asked["versions"]:
            _seat({**asked, "libraries": asked["preload"]})
    except (UserError, OSError) as error:
        problem = str(error)
    return encode({"problem": problem, "host": socket.gethostname(), "versions": {**found}})


def run(request: bytes) -> bytes:
    """Run the checks of a submission, in the order and as far as the one loop says.

    The answer is a frame with "ran", what came of each check that was run; or with "broken", why
    there is no sandbox any more, and "worker", where.
    """
    from distributed import get_worker

    asked: Any = decode(request)
    try:
        while True:
            seat = _seat(asked)
            with seat.in_use:
                if _seats.get(threading.get_ident()) is seat:  # and not sent to rest meanwhile
                    return encode({"ran": _run_all(seat.sandbox, asked)})
    except (UserError, OSError) as error:
        _leave()
        return encode({"broken": str(error), "worker": get_worker().address})


def rest(proof: bytes = b"") -> bytes:
    """End the sandboxes that nobody uses, until there is work again.

    proof: the answer of a proof that came too late; there to be waited for.
    """
    for number, seat in [*_seats.items()]:
        if seat.in_use.acquire(blocking=False):
            _seats.pop(number, None)
            seat.sandbox.close()
    return b""


def versions(libraries: Sequence[str]) -> dict[str, str]:
    """Return what must be the same on two machines for both to come to the same results."""
    code, grading = hashlib.sha256(), Path(__file__).parents[1]
    for path in sorted((*(grading / "exercise").glob("*.py"), *(grading / "runner").rglob("*.py"))):
        code.update(path.relative_to(grading).as_posix().encode())
        code.update(path.read_bytes())
    found = {"Python": platform.python_version(), "the course": code.hexdigest()[:12]}
    for library in sorted({name.partition(".")[0] for name in [*libraries, "numpy"]}):
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:  # it is installed under another name
            for distribution in _distributions().get(library, [])[:1]:
                found[library] = importlib.metadata.version(distribution)
    return found


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()  # reads the lists of all files


def to_plain(outcome: ProbeResult) -> dict[str, Plain]:
    """Return a result as plain data, from which `from_plain` makes the same again."""
    failure = outcome.failure
    plain: dict[str, Plain] = {
        "failure": [failure.kind, failure.details, failure.trace, failure.case] if failure else [],
        "stdout": outcome.stdout,
        "stderr": outcome.stderr,
        "seconds": float(outcome.seconds),
        "wall": float(outcome.wall),
    }
    with contextlib.suppress(NotPlainError):  # it was, in a form that takes less room
        plain["output"] = np.frombuffer(encode(outcome.output), np.uint8)
    return plain


def from_plain(plain: dict[str, Any]) -> ProbeResult:
    """Return what `to_plain` made plain; an output that could not be sent is not plain here."""
    output = decode(plain["output"].tobytes()) if "output" in plain else object()
    failure = Failure(*plain["failure"]) if plain["failure"] else None
    more = {name: plain[name] for name in ("stdout", "stderr", "seconds", "wall")}
    return ProbeResult(output, failure, **more)


class _Exercise:
    """An exercise as a worker knows it: drawn inputs for its checks, and no judge that says no."""

    def __init__(self, sandbox: Sandbox, files: dict[str, bytes], asked: dict[str, Any]) -> None:
        self.sandbox, self.files = sandbox, files
        self.inputs = {one["name"]: one["inputs"] for one in asked["checks"] if "inputs" in one}
        self.known = {
            one["name"]: CheckResult(one["name"], NO_WORDS, one["known"])
            for one in asked["checks"]
            if "known" in one
        }
        checks = [
            Check(one["name"], NO_WORDS, lambda rng: {}, one["probe"], lambda *_: None)
            for one in asked["checks"]
        ]
        self.spec = ExerciseSpec(asked["name"], NO_WORDS, "", (NO_WORDS, NO_WORDS), checks)
        self.ran: dict[str, dict[str, Plain]] = {}
        self.at = ""

    def draw(self, check: Check) -> Inputs:
        self.at = check.name
        inputs: Any = decode(self.inputs[check.name].tobytes())
        return inputs

    def run(self, place: str, probe: str, inputs: Inputs) -> ProbeResult:
        outcome = self.sandbox.run(self.files, place, probe, inputs)
        self.ran[self.at] = to_plain(outcome)
        return outcome


def _run_all(sandbox: Sandbox, asked: dict[str, Any]) -> list[Plain]:
    files = {name: content.tobytes() for name, content in asked["files"].items()}
    budget = Budget.of(sandbox.limits)
    ran: list[Plain] = []
    for one in asked["exercises"]:
        exercise = _Exercise(sandbox, files, one)
        left = budget.wall
        results = run_checks(
            exercise.spec, exercise.draw, exercise.run, exercise.known, budget=budget
        )
        for result in results:
            if result.check in exercise.ran:
                # The grader's loop takes off no less than this one, so it never goes further.
                took: dict[str, Plain] = {"wall": left - budget.wall}
                name: dict[str, Plain] = {"exercise": one["name"], "check": result.check}
                ran.append({**exercise.ran[result.check], **took, **name})
            left = budget.wall
    return ran


def _placed(digest: str, content: bytes) -> Path:
    with _placing:
        if digest not in _editions:
            remove_leftovers(fresh=_KILLED)
            folder = _folders.enter_context(scratch_folder())
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(folder)  # of the grader's own making
            _editions[digest] = folder
        return _editions[digest]


def _seat(asked: dict[str, Any]) -> _Seat:
    names = ("digest", "replaceable", "libraries", "limits")
    key = repr([asked[name] for name in names])
    seat = _seats.get(threading.get_ident())
    if seat is None or seat.key != key:
        _leave()
        if asked["digest"] not in _editions:
            raise UserError("this worker has not got the course")
        sandbox = Sandbox(
            _editions[asked["digest"]],
            Limits(**asked["limits"]),
            replaceable=asked["replaceable"],
            preload=asked["libraries"],
        )
        sandbox.__enter__()
        seat = _seats[threading.get_ident()] = _Seat(key, sandbox)
    return seat


def _leave() -> None:
    """End this thread's sandbox."""
    seat = _seats.pop(threading.get_ident(), None)
    if seat is not None:
        with seat.in_use:
            seat.sandbox.close()


def _hide_key() -> None:
    """Raise UserError where students' code could read the key of this worker."""
    from distributed import get_worker

    security: Any = get_worker().security
    if security.tls_worker_key:
        bubblewrap.must_be_hidden(Path(security.tls_worker_key))
