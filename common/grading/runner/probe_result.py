"""What a probe came back with: an output, or a failure of one of the kinds listed here."""

import signal
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from common.grading.runner.inside.wire import BadFrameError, decode
from common.grading.sanitize import sanitize
from common.i18n import Text


class FailureKind(NamedTuple):
    """A kind of failure: the words for a teacher, after the check, and what a student is told."""

    teacher: str
    student: Text


FAILURES = {
    "raised": FailureKind(
        "raised an error", Text("your code ended with an error", "ваш код завершился ошибкой")
    ),
    "ended": FailureKind(
        "ended the process before there was a result",
        Text("your code ended the program", "ваш код завершил программу"),
    ),
    "died": FailureKind(
        "crashed", Text("Python itself crashed in your code", "в вашем коде упал сам Python")
    ),
    "time": FailureKind(
        "took too long",
        Text(
            "your code did not finish in time: is there an endless loop?",
            "ваш код не уложился во время: нет ли там бесконечного цикла?",
        ),
    ),
    "memory": FailureKind(
        "used too much memory", Text("your code ran out of memory", "вашему коду не хватило памяти")
    ),
    "flood": FailureKind(
        "wrote too much output",
        Text(
            "your code printed or returned far too much",
            "ваш код напечатал или вернул слишком много",
        ),
    ),
    "refused": FailureKind(
        "handed in files that are too big",
        Text("your files are too large", "ваши файлы слишком велики"),
    ),
    "not_plain": FailureKind(
        "returned something that is not plain data",
        Text(
            "your code returned something of a type that is not asked for",
            "ваш код вернул значение не того типа, который нужен",
        ),
    ),
    "not_tried": FailureKind(
        "was not tried: the checks before it took too long",
        Text(
            "not tried: the checks before this one took all the time there is",
            "не проверялось: предыдущие проверки заняли всё отведённое время",
        ),
    ),
    "empty": FailureKind("has not been begun", Text("not written yet", "ещё не написано")),
    "wrong": FailureKind(
        "gave a wrong answer", Text("another answer than the right one", "неверный ответ")
    ),
}
"""Everything that can come of a check but that it is passed. The kinds never change their names.

In `Failure` are those up to `not_plain`; the last three, only the loop over the checks can tell.
"""

_TOLD = {"raised", "ended", "died", "memory", "not_plain"}
"""The kinds that the process of a check can tell of itself."""


@dataclass(frozen=True)
class Failure:
    """Why there is no output: the kind, one of `FAILURES`, and what is known besides.

    trace: the student's part of a traceback. case: the number of the case it came with, or -1.

    >>> print(Failure("raised", "ValueError: no rows (tabular/loss.py, line 12)"))
    raised an error: ValueError: no rows (tabular/loss.py, line 12)
    """

    kind: str
    details: str = ""
    trace: str = field(default="", compare=False)
    case: int = field(default=-1, compare=False)

    def __str__(self) -> str:
        words = FAILURES[self.kind].teacher
        return f"{words}: {self.details}" if self.details else words


@dataclass(frozen=True)
class ProbeResult:
    """What a probe came back with: `output`, plain data (see `inside.wire`), or a `failure`.

    What the code printed is bounded, and cannot steer a terminal; it is still the student's text.
    more_lines: how many it printed beyond these, where it was cut at a line.
    seconds: of processor, where that is known. wall: those from start to end that count, see
    `stopwatch`, where whoever ran it knows them.
    """

    output: Any = None
    failure: Failure | None = None
    stdout: str = ""
    stderr: str = ""
    more_lines: int = 0
    seconds: float = field(default=0.0, compare=False)
    wall: float = field(default=0.0, compare=False)


def read_probe_result(frame: bytes, *, stdout: str = "", stderr: str = "") -> ProbeResult:
    """Read the one frame that a check leaves; it may be forged, and is judged by its form alone.

    Raises BadFrameError for anything that `inside.driver.run_probe` does not write.
    """
    content = decode(frame)
    if type(content) is not list or len(content) not in (2, 4):
        raise BadFrameError("not a result")
    kind, value = content[:2]
    if type(kind) is str and kind == "output" and len(content) == 2:
        return ProbeResult(value, stdout=stdout, stderr=stderr)
    if type(kind) is not str or kind not in _TOLD or type(value) is not str:
        raise BadFrameError("not a result")
    trace, case = content[2:] or ("", -1)
    if type(trace) is not str or type(case) is not int:
        raise BadFrameError("not a result")
    failure = Failure(kind, sanitize(value, limit=500).strip(), sanitize(trace), case)
    return ProbeResult(None, failure, stdout, stderr)


def signal_name(number: int) -> str:
    """Return the name of a signal; those between the first and the last real-time one have none.

    >>> signal_name(11), signal_name(35)
    ('SIGSEGV', '35')
    """
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
