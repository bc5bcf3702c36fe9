"""What a grade consists of: all that is written from a gradebook is written from these.

Everything in them that a student wrote is bounded and cannot steer a terminal; it is still the
student's text, and so is the student's id: a page must escape it, a spreadsheet must quote it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from common.grading.exercise import specification
from common.grading.exercise.specification import CheckResult
from common.i18n import Mistake, Text


@dataclass(frozen=True)
class CheckGrade:
    """What became of one check.

    failure: why not, to count by: "" (passed), "empty" (not begun), "wrong" (an answer came, and
        is not right), or the kind of a failure, as in `specification.FAILURES`.
    printed: the beginning of what the student's code printed.
    """

    verdict: CheckResult
    failure: str = ""
    printed: str = ""

    @property
    def passed(self) -> bool:
        return self.verdict.passed

    def to_json(self) -> str:
        """Return it as text; the same grade gives the same text."""
        verdict = {name: getattr(self.verdict, name) for name in sorted(vars(self.verdict))}
        return json.dumps([verdict, self.failure, self.printed])

    @classmethod
    def from_json(cls, text: str) -> "CheckGrade":
        verdict, failure, printed = json.loads(text)
        for name in ("about", "what"):
            verdict[name] = Text(*verdict[name])
        mistake = verdict["mistake"]
        verdict["mistake"] = mistake and Mistake(*mistake)
        return cls(CheckResult(**verdict), failure, printed)


@dataclass(frozen=True)
class ExerciseGrade:
    """What became of one exercise, by its full name. of: the points that it is worth."""

    exercise: str
    title: Text
    of: int
    checks: tuple[CheckGrade, ...] = ()

    @property
    def points(self) -> int:
        return specification.points(self.of, [check.verdict for check in self.checks])


@dataclass(frozen=True)
class StudentGrade:
    """The grade of one student in one module.

    student: the id, the name of the folder or archive. module: empty where a refused submission
        does not tell it. submission: the sha256 of what was taken of it.
    submitted: when, with its time zone. refused: why nothing was graded; the exercises, if any,
        then have no checks. notes: what was ignored, and why.
    days_late: from the due time on, 0 within the grace. late_factor: 1 for a submission in time.
    files: what was taken, path -> content, as the student wrote it; at most 1 MB each.
    """

    student: str
    module: str
    submission: str
    submitted: datetime | None = None
    refused: Text | None = None
    notes: tuple[Text, ...] = ()
    exercises: tuple[ExerciseGrade, ...] = ()
    days_late: float = 0.0
    late_factor: float = 1.0
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def points(self) -> int:
        """The points before lateness."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def of(self) -> int:
        return sum(exercise.of for exercise in self.exercises)

    @property
    def score(self) -> float:
        """The points after lateness."""
        return round(self.points * self.late_factor, 2)


@dataclass(frozen=True)
class Change:
    """Points of an exercise that differ from those of the grade before.

    why: "submission" (the student handed in something else), "regrade" (the checks changed) or
        "time" (another time is known for the submission: then it is about the module's score).
    """

    student: str
    module: str
    exercise: str
    before: float
    after: float
    why: str
