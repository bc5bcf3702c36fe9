"""The grades of a class, read from the gradebook; and what a run has changed in them.

All that is written for people is written from these. What a student wrote is bounded in them and
cannot steer a terminal; it is still the student's text, and so is the student's id: a page must
escape it, a spreadsheet must quote it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from common.grading.exercise import specification
from common.grading.exercise.course import Module
from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.policy import Policy
from common.grading.gradebook.store import Conclusion, Gradebook
from common.grading.submissions.submission import Submission
from common.i18n import Text

BY_FILE = Text(
    "when it was handed in is known from the file's date alone",
    "время сдачи известно только по дате файла",
)


@dataclass(frozen=True)
class ExerciseGrade:
    """What became of one exercise, by its full name."""

    exercise: str
    title: Text
    max_points: int
    checks: tuple[CheckResult, ...] = ()

    @property
    def points(self) -> int:
        return specification.points(self.max_points, self.checks)


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
    def max_points(self) -> int:
        return sum(exercise.max_points for exercise in self.exercises)

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


def described(module: Module) -> list[dict[str, Any]]:
    """Return what a conclusion says of the exercises, so that it holds when the course changes."""
    return [
        {
            "exercise": one.exercise,
            "title": list(one.title),
            "max_points": module.marks[one.exercise].points,
            "checks": [check.name for check in one.checks],
        }
        for one in module.exercises
    ]


def grades(gradebook: Gradebook, *, until: int | None = None) -> list[StudentGrade]:
    """Return the current grades by student and module, or those after the run `until`.

    A refused submission that does not tell its module has a line of its own, until the student
    hands in something that does; no grade is touched by it.
    """
    policies = gradebook.policies()
    found: dict[tuple[str, str], StudentGrade] = {}
    for submission, conclusion in gradebook.state(gradebook.run if until is None else until):
        if submission.module:
            found.pop((submission.student, ""), None)
        policy = policies.get(submission.module)
        grade = _grade(gradebook, submission, conclusion, policy)
        found[submission.student, submission.module] = grade
    return [found[key] for key in sorted(found)]


def _grade(
    gradebook: Gradebook, submission: Submission, conclusion: Conclusion, policy: Policy | None
) -> StudentGrade:
    days, factor = policy.lateness(submission.submitted) if policy else (0.0, 1.0)
    judged = gradebook.judged(submission, conclusion.epoch)
    notes = submission.notes
    if policy and submission.submitted and not submission.listed:
        notes += (BY_FILE,)
    return StudentGrade(
        submission.student,
        submission.module,
        submission.sha256,
        submission.submitted,
        submission.refused,
        notes,
        tuple(_exercise(row, judged) for row in conclusion.exercises),
        days,
        factor,
        gradebook.files(submission),
    )


def _exercise(row: dict[str, Any], judged: dict[tuple[str, str], CheckResult]) -> ExerciseGrade:
    name = row["exercise"]
    checks = [judged[name, check] for check in row["checks"] if (name, check) in judged]
    return ExerciseGrade(name, Text(*row["title"]), row["max_points"], tuple(checks))


def changes(before: Iterable[StudentGrade], after: Sequence[StudentGrade]) -> list[Change]:
    """Return the points of exercises that are others than before, and scores by lateness alone."""
    known = {(grade.student, grade.module): grade for grade in before}
    found = []
    for grade in after:
        old = known.get((grade.student, grade.module))
        if old is None:
            continue
        why = "regrade" if old.submission == grade.submission else "submission"
        were = {one.exercise: one.points for one in old.exercises}
        for one in grade.exercises:
            points = were.get(one.exercise, 0)
            if points != one.points:
                found.append(
                    Change(grade.student, grade.module, one.exercise, points, one.points, why)
                )
        if old.late_factor != grade.late_factor and old.points == grade.points:
            change = Change(
                grade.student, grade.module, grade.module, old.score, grade.score, "time"
            )
            found.append(change)
    return found
