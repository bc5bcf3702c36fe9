"""What runs in the child beside the student's code: one probe, and one frame with its result.

From the moment the student's module is imported, nothing in this process can be trusted, this
file included. The frame is only what somebody in there says.
"""

import contextlib
import importlib
import os
import py_compile
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from common.grading.runner.inside import traces
from common.grading.runner.inside.guard import keep_builtins
from common.grading.runner.inside.wire import NotPlainError, Plain, encode

# A student's code may put others in their places.
_write, _exit, _process = os.write, os._exit, os.getpid
_began_in: int | None = None
"""The process that a check began in; a copy of it that goes on with the check has no say."""
_MOST_TEXT = 400
"""Characters of an error; what is kept of it outside has room for its type and its line, too."""
_MOST_NAME = 60


def run_probe(
    module: str,
    probe: str,
    inputs: Plain,
    begin: Callable[[], None] | None = None,
    *,
    seen: Callable[[BaseException, str], object] | None = None,
) -> bytes:
    """Import `module`, call `probe` with `inputs` and return the frame with what happened.

    probe: "package.module:name". begin: called before a student's code runs. seen: gets an error,
    before it is put into words, and the folder with the course's packages.

    The frame holds a list: "output" and what the probe returned, or the kind of failure (see
    `common.grading.runner.probe_result.FAILURES`), the details, the student's part of the
    traceback, and the number of the case that it came with, or -1.
    """
    global _began_in
    _began_in = _process()
    course, inputs = traces.root_of(module), traces.followed(inputs)
    put_back = keep_builtins()
    try:
        place, _, name = probe.partition(":")
        # First of all: the student's code must not be asked where the probe is.
        function = getattr(importlib.import_module(place), name)
        if begin is not None:
            begin()
        importlib.import_module(module)
        result: Plain = ["output", function(inputs)]
    except BaseException as error:
        if seen:
            seen(error, course)
        result = [*_failure(error, course), *_where(error, course, inputs)]
    put_back()
    try:
        return encode(result)
    except NotPlainError as error:
        return encode(["not_plain", _bounded(error)])
    except BaseException as error:
        return encode(_failure(error, course))


def compile_files(course: str, names: Sequence[str], scratch: str) -> bytes:
    """Compile a student's files, none of which runs, and return the frame with the bytecode.

    names: of the files in the folder `course`. What does not compile is left out; its check will
        say why.
    """
    compiled: dict[str, Plain] = {}
    for number, name in enumerate(names):
        path, place = os.path.join(course, name), f"{scratch}/compiled{number}"
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        with contextlib.suppress(Exception):
            py_compile.compile(path, place, doraise=True, quiet=2, invalidation_mode=unchecked)
            compiled[name] = np.fromfile(place, np.uint8)
    return encode(["output", compiled])


def stopped(what: str) -> bytes:
    """Return the frame of a check whose code reached for what runs it."""
    return encode(["raised", f"your code reaches for what runs the check: {what}"])


def send(frame: bytes, descriptor: int) -> None:
    """Write the frame and leave, so that nothing registered for the end gets to run."""
    if _began_in not in (None, _process()):
        _exit(1)
    rest = memoryview(frame)
    while rest:
        rest = rest[_write(descriptor, rest) :]
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    _exit(0)


def _where(error: BaseException, course: str, inputs: Plain) -> list[Any]:
    """Return the student's part of the traceback, and the number of the case."""
    try:
        text = "" if isinstance(error, SyntaxError) else traces.told(error, course)
        return [text.encode("utf-8", "replace").decode(), traces.case_of(inputs)]
    except BaseException:
        return ["", -1]


def _failure(error: BaseException, course: str) -> list[Any]:
    if isinstance(error, SystemExit):
        return ["ended", f"SystemExit{_line(error, course)}"]
    text = _bounded(error)
    if isinstance(error, MemoryError) or "allocate memory" in text or "not enough memory" in text:
        return ["memory", _line(error, course).strip(" ()")]
    said = f"{type(error).__name__[:_MOST_NAME]}: {text}".removesuffix(": ")
    return ["raised", f"{said}{_line(error, course)}"]


def _bounded(error: BaseException) -> str:
    try:
        text = str(error)
        cut = text[:_MOST_TEXT] + ("…" if len(text) > _MOST_TEXT else "")
        return cut.encode("utf-8", "replace").decode()
    except BaseException:
        return "(an error whose text cannot be read)"


def _line(error: BaseException, course: str) -> str:
    """Name the innermost line that is the course's or the student's, not a library's."""
    if isinstance(error, SyntaxError):  # it names its line in its own text
        return ""
    places = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = frame.f_code.co_filename
        if traces.is_theirs(path, course):
            place = path[len(course) :].replace(os.sep, "/")
            places = f" ({place}, line {line})"
    return places
