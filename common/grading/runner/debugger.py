"""Runs probes in this process, so that a debugger gets at the student's code, and stops in it."""

import ast
import bdb
import importlib
import os
import pdb
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common.grading.exercise.specification import Check, CheckResult, ExerciseSpec, Inputs
from common.grading.runner.inside.traces import students_part
from common.grading.runner.loop import run_here
from common.grading.runner.probe_result import ProbeResult

STOPS = ("breakpoint", "set_trace")
"""Functions that hand over to a debugger: `breakpoint()`, `pdb.set_trace()`."""


def is_tracing() -> bool:
    """Whether this process runs in a debugger: `python -m pdb`, or that of an editor."""
    tracer = getattr(sys.gettrace(), "__self__", None)
    return isinstance(tracer, bdb.Bdb) or "pydevd" in sys.modules


def has_breakpoint(files: Iterable[Path]) -> bool:
    """Whether one of the files calls a debugger; one that is not Python does not."""
    return os.environ.get("PYTHONBREAKPOINT") != "0" and any(map(_calls_debugger, files))


def _calls_debugger(path: Path) -> bool:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return False
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(getattr(one, "id", getattr(one, "attr", "")) in STOPS for one in called)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl+C mean afterwards what it meant before: pdb takes it over at `continue`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@interruptible()
def run_followed(module: str, probe: str, inputs: Inputs) -> ProbeResult:
    """Run a probe in this process; end all with KeyboardInterrupt where the debugger was left."""
    errors: list[BaseException] = []
    outcome = run_here(module, probe, inputs, seen=lambda error, _: errors.append(error))
    if errors and isinstance(errors[0], bdb.BdbQuit):
        raise KeyboardInterrupt
    return outcome


@interruptible()
def run_stopping(module: str, probe: str, inputs: Inputs) -> ProbeResult:
    """As `run_followed`; where an error comes, stop in the student's frame that it came through."""

    def stop(error: BaseException, course: str) -> None:
        part = students_part(error, course)
        is_empty = isinstance(error, NotImplementedError) and not error.args
        if part and not is_empty and not isinstance(error, bdb.BdbQuit):
            print(f"{type(error).__name__}: {error}")
            pdb.post_mortem(part)

    return run_here(module, probe, inputs, seen=stop)


@interruptible()
def step_through(exercise: ExerciseSpec, check: Check, result: CheckResult, inputs: Inputs) -> None:
    """Run the case that an answer was wrong for again; stop where the student's function begins."""
    *classes, name = exercise.short.split(".")
    owner: Any = importlib.import_module(exercise.place)
    for part in classes:
        owner = getattr(owner, part)
    function = getattr(owner, name)

    def stopping(*arguments: Any, **words: Any) -> Any:
        return pdb.Pdb().runcall(function, *arguments, **words)

    if result.case >= 0:
        inputs = {**inputs, "cases": [inputs["cases"][result.case]]}
    setattr(owner, name, stopping)
    try:
        run_followed(exercise.place, check.probe, inputs)
    finally:
        setattr(owner, name, function)
