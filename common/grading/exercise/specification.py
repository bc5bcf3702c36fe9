"""What an exercise is checked by, and what becomes of a check. No student code runs in here.

    inputs(rng)   -> plain data, drawn afresh
    probe(inputs) -> plain data; runs beside the student's code, here or in a sandbox
    judge(inputs, output)         raises `Wrong` for an answer that is not right

Whatever a probe says is only data. What is right, only `judge` decides, by an oracle of its own.
"""

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from common.i18n import Mistake, Text

Inputs = dict[str, Any]
NO_WORDS = Text("", "")


class Wrong(Exception):  # noqa: N818
    """An answer is not right.

    what: one sentence. actual, expected: plain data or texts to be shown beside each other.
    given: what of the inputs this is about, as text, where that is not all of them.
    case: the number of the case that it is about, where a check has many.
    mistake: the classic mistake that it looks like, where it looks like one.
    whole: the whole arrays that were compared, actual and expected, where they can be drawn.
    """

    def __init__(
        self,
        what: Text,
        *,
        actual: Any = None,
        expected: Any = None,
        mistake: Mistake | None = None,
        given: str = "",
        case: int = -1,
        trace: str = "",
        whole: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        super().__init__(what.en)
        self.what, self.actual, self.expected, self.mistake = what, actual, expected, mistake
        self.given, self.case, self.trace, self.whole = given, case, trace, whole


@dataclass(frozen=True)
class Check:
    """One claim about a solution. probe: "tests.graded.tabular_probes:money_cost"."""

    name: str
    about: Text
    inputs: Callable[[np.random.Generator], Inputs]
    probe: str
    judge: Callable[[Inputs, Any], None]


@dataclass(frozen=True)
class ExerciseSpec:
    """An exercise with its checks.

    exercise: the full name of the marked function. The English statement is its docstring.
    hints: two, the first says where to look, the second how; neither gives the answer.
    """

    exercise: str
    title: Text
    statement_ru: str
    hints: tuple[Text, Text]
    checks: Sequence[Check]

    @property
    def short(self) -> str:
        """What a person types for it: MoneyCostLoss.per_example, random_parts."""
        return self.exercise.removeprefix(self.place + ".")

    @property
    def place(self) -> str:
        """The Python module that the function is in."""
        parts = self.exercise.split(".")
        is_method = parts[-2][:1].isupper()
        return ".".join(parts[: -2 if is_method else -1])

    def statement(self, language: str, docstring: str) -> str:
        """Return what the exercise asks for; in English that is the function's docstring."""
        return inspect.cleandoc(self.statement_ru if language == "ru" else docstring)


@dataclass(frozen=True)
class CheckResult:
    """What became of one check.

    Every text in it that may be a student's is bounded and cannot steer a terminal; it is still
    the student's text: a page must escape it, a spreadsheet must quote it.

    failure: "" where it was passed, and else the kind, one of `runner.probe_result.FAILURES`.
    given, actual, expected: as text, empty where there is none.
    printed: the beginning of what the student's code printed.
    more_lines: how many it printed beyond these, where it was cut at a line.
    trace: the student's lines of the traceback, where their code raised an error.
    case: the number of the case that went wrong, where a check has many; else -1.
    """

    check: str
    about: Text
    failure: str = ""
    what: Text = NO_WORDS
    given: str = ""
    actual: str = ""
    expected: str = ""
    mistake: Mistake | None = None
    printed: str = ""
    trace: str = ""
    case: int = -1
    more_lines: int = 0

    @property
    def passed(self) -> bool:
        return not self.failure

    @property
    def empty(self) -> bool:
        """Whether the exercise has not been begun."""
        return self.failure == "empty"

    def to_json(self) -> str:
        """Return it as text; the same result gives the same text."""
        return json.dumps(vars(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "CheckResult":
        fields = json.loads(text)
        for name in ("about", "what"):
            fields[name] = Text(*fields[name])
        mistake = fields["mistake"]
        return cls(**{**fields, "mistake": mistake and Mistake(*mistake)})


def points(max_points: int, results: Sequence[CheckResult]) -> int:
    """Return the points for an exercise: their share by the checks passed, whole points.

    All checks together give all points; any that failed costs at least one.

    >>> points(20, [])
    0
    """
    passed = sum(result.passed for result in results)
    return max_points * passed // len(results) if results else 0
