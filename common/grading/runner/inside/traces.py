"""The student's part of an error: their lines of its traceback, and the case that it came with."""

import importlib.util
import linecache
import os
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

_MOST_FRAMES = 6
_MOST_LINE = 200
_NOT_THEIRS = ("common/grading/", "tests/")
"""Folders of the course whose code calls the student's."""


def root_of(module: str) -> str:
    """Return the folder with the course's packages, as frames of a traceback begin with it."""
    spec = importlib.util.find_spec(module.partition(".")[0])
    if spec is None or spec.origin is None:
        return os.sep
    return os.path.join(os.path.dirname(os.path.dirname(spec.origin)), "")


def students_part(error: BaseException, course: str) -> TracebackType | None:
    """Return the traceback without what calls the student's code, and what that calls of others.

    course: the folder with the course's packages, with a separator at its end.
    """
    frames = [
        (frame, tb_line, frame.f_lasti)
        for frame, tb_line in traceback.walk_tb(error.__traceback__)
        if is_theirs(frame.f_code.co_filename, course)
    ]
    found: TracebackType | None = None
    for frame, line, last in reversed(frames):
        found = TracebackType(found, frame, last, line)
    return found


def is_theirs(path: str, course: str) -> bool:
    """Whether a file is the course's or the student's, and not what the checks are made of.

    >>> is_theirs("/c/tabular/loss.py", "/c/"), is_theirs("/c/tests/graded/x_probes.py", "/c/")
    (True, False)
    """
    place = path.removeprefix(course).replace(os.sep, "/")
    return path.startswith(course) and not place.startswith(_NOT_THEIRS)


def told(error: BaseException, course: str) -> str:
    """Return the student's part of a traceback as lines of text, the last few of them."""
    part = students_part(error, course)
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(part)]
    lines = []
    for code, number in frames[-_MOST_FRAMES:]:
        place = code.co_filename.removeprefix(course).replace(os.sep, "/")
        lines.append(f"{place}, line {number}, in {code.co_name}")
        source = linecache.getline(code.co_filename, number).strip()
        lines += [f"    {source[:_MOST_LINE]}"] if source else []
    return "\n".join(lines)


class Cases(list):
    """The cases that a probe goes through, which know which of them is in work.

    A frame does not tell: since Python 3.12 the variable of a comprehension is gone with its error.

    >>> cases = Cases("ab")
    >>> [cases.at for _ in cases], cases.at
    ([0, 1], -1)
    """

    at = -1

    def __iter__(self) -> Iterator[Any]:
        for self.at, case in enumerate(super().__iter__()):
            yield case
        self.at = -1


def followed(inputs: Any) -> Any:
    """Return a probe's inputs, with its cases, where it has any, as `Cases`."""
    cases = inputs.get("cases") if isinstance(inputs, dict) else None
    return {**inputs, "cases": Cases(cases)} if isinstance(cases, list) else inputs


def case_of(inputs: Any) -> int:
    """Return which of the cases in `followed` inputs was in work, or -1."""
    cases = inputs.get("cases") if isinstance(inputs, dict) else None
    return cases.at if isinstance(cases, Cases) else -1
