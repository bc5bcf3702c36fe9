"""The grades of a class, read from the gradebook; and what a run has changed in them.

All that is written for people is written from these. What a student wrote is bounded in them and
cannot steer a terminal; it is still the student's text, and so is the student's id: a page must
escape it, a spreadsheet must quote it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from common.grading.exercise import specification
from common.grading.exercise.course import Module
from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.classlist import ClassList
from common.grading.gradebook.extensions import Extension
from common.grading.gradebook.overrides import Override
from common.grading.gradebook.policy import Policy
from common.grading.gradebook.store import Gradebook
from common.i18n import Text

BY_FILE = Text(
    "when it was handed in is known from the file's date alone",
    "время сдачи известно только по дате файла",
)


EARLIER = Text(
    "points by hand, given for an earlier submission by {who}, do not count for this one",
    "баллы, поставленные вручную ({who}) за прежнюю работу, к этой не относятся",
)
FOR_GROUP = Text(
    "handed in for the group {group} by {student}", "сдано за группу {group}, архив: {student}"
)


@dataclass(frozen=True)
class ExerciseGrade:
    """What became of one exercise, by its full name. override: what a teacher made of it."""

    exercise: str
    title: Text
    max_points: int
    checks: tuple[CheckResult, ...] = ()
    override: Override | None = None

    @property
    def automatic(self) -> int:
        """The points by the checks."""
        return specification.points(self.max_points, self.checks)

    @property
    def points(self) -> float:
        """The points by hand where there are such, and else by the checks."""
        if self.override is not None and self.override.points is not None:
            return self.override.points
        return self.automatic


@dataclass(frozen=True)
class StudentGrade:
    """The grade of one student in one module.

    student: the id, the name of the folder or archive. module: empty where a refused submission
        does not tell it. submission: the sha256 of what was taken of it.
    submitted: when, with its time zone. refused: why nothing was graded; the exercises, if any,
        then have no checks. notes: what was ignored, and why.
    days_late: from the due time on, 0 within the grace. late_factor: 1 for a submission in time.
    files: what was taken, path -> content, as the student wrote it; at most 1 MB each.
    override: what a teacher made of the whole module; its points count whatever the lateness.
    group, by: the group that it was handed in for, and the id of what was handed in.
    extension: the student's own due time, or that the module does not count.
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
    override: Override | None = None
    group: str = ""
    by: str = ""
    extension: Extension | None = None

    @property
    def moment(self) -> float:
        """When it was handed in, in seconds, to put submissions in order; 0 where nobody knows."""
        return self.submitted.timestamp() if self.submitted else 0.0

    @property
    def overrides(self) -> tuple[Override, ...]:
        """What was decided by hand, of the whole and of exercises."""
        own = (self.override, *(exercise.override for exercise in self.exercises))
        return tuple(one for one in own if one is not None)

    @property
    def excused(self) -> bool:
        return self.extension is not None and self.extension.excused

    @property
    def points(self) -> float:
        """The points before lateness."""
        if self.override is not None and self.override.points is not None:
            return self.override.points
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_points(self) -> int:
        return sum(exercise.max_points for exercise in self.exercises)

    @property
    def score(self) -> float:
        """The points after lateness."""
        if self.override is not None and self.override.points is not None:
            return self.override.points
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
    hands in something that does; no grade is touched by it. What a group handed in is the grade of
    each of its students.
    """
    return decided(undecided(gradebook, until=until), gradebook)


def undecided(gradebook: Gradebook, *, until: int | None = None) -> list[StudentGrade]:
    """Return the grades as they are without what was decided by hand."""
    policies = gradebook.policies()
    class_list = ClassList.from_settings(gradebook.settings())
    found: dict[tuple[str, str], StudentGrade] = {}
    for submission, conclusion in gradebook.state(gradebook.last_run if until is None else until):
        if submission.module:
            found.pop((submission.student, ""), None)
        judged = gradebook.judged(submission, conclusion.epoch)
        grade = StudentGrade(
            submission.student,
            submission.module,
            submission.sha256,
            submission.submitted,
            submission.refused,
            submission.notes,
            tuple(_exercise(row, judged) for row in conclusion.exercises),
            files=gradebook.files(submission),
            by=submission.student,
        )
        policy = policies.get(submission.module)
        if policy and submission.submitted and not submission.listed:
            grade = replace(grade, notes=(*grade.notes, BY_FILE))
        found[submission.student, submission.module] = grade
    shared = _for_groups(found.values(), class_list)
    own = [_with_lateness(one, policies.get(one.module), class_list) for one in shared]
    return sorted(own, key=lambda grade: (grade.student, grade.module))


def decided(found: Sequence[StudentGrade], gradebook: Gradebook) -> list[StudentGrade]:
    """Return grades with what was decided by hand."""
    class_list = ClassList.from_settings(gradebook.settings())
    decisions = _decisions(gradebook.overrides(), class_list)
    if not decisions:
        return list(found)
    keys = [(class_list.identity(grade.student), grade.module) for grade in found]
    pairs = zip(found, keys, strict=True)
    return [_with_overrides(grade, decisions.get(key, {})) for grade, key in pairs]


def _for_groups(found: Collection[StudentGrade], class_list: ClassList) -> list[StudentGrade]:
    """Give each student of a group what was handed in last for it."""
    alone: list[StudentGrade] = []
    of_group: dict[tuple[str, str], StudentGrade] = {}
    for grade in sorted(found, key=lambda one: (one.moment, one.student)):
        group = class_list.group_of(grade.student)
        if group and grade.module:
            of_group[group, grade.module] = grade
        else:
            alone.append(grade)
    known = {class_list.identity(grade.student): grade.student for grade in found}
    for (group, _), grade in of_group.items():
        for student in class_list.groups[group]:
            person = class_list.person(student)
            label = known.get(class_list.identity(student), person.name if person else student)
            note = FOR_GROUP.filled(group=group, student=grade.student)
            notes = (*grade.notes, note)
            alone.append(replace(grade, student=label, notes=notes, group=group))
    return alone


def _with_lateness(
    grade: StudentGrade, policy: Policy | None, class_list: ClassList
) -> StudentGrade:
    extension = class_list.extension(grade.student, grade.module)
    if policy and extension and extension.due:
        policy = replace(policy, due=extension.due)
    days, factor = policy.lateness(grade.submitted) if policy else (0.0, 1.0)
    return replace(grade, days_late=days, late_factor=factor, extension=extension)


def _decisions(
    overrides: Iterable[Override], class_list: ClassList
) -> dict[tuple[str, str], dict[str, list[Override]]]:
    """Return what was decided by student and module, and there by exercise, the oldest first."""
    found: dict[tuple[str, str], dict[str, list[Override]]] = {}
    for one in overrides:
        own = found.setdefault((class_list.identity(one.student), one.module), {})
        own.setdefault(one.exercise, []).append(one)
    return found


def _with_overrides(grade: StudentGrade, decided: Mapping[str, list[Override]]) -> StudentGrade:
    """Let the last decisions hold that were made of this submission, and tell of others."""
    holds: dict[str, Override] = {}
    gone = set()
    for name, rows in decided.items():
        own = [one for one in rows if one.submission == grade.submission]
        if own and not own[-1].empty:
            holds[name] = own[-1]
        elif not own and rows[-1].points is not None:
            gone.add(rows[-1].who)
    notes = [EARLIER.filled(who=who) for who in sorted(gone)]
    return replace(
        grade,
        exercises=tuple(replace(one, override=holds.get(one.exercise)) for one in grade.exercises),
        override=holds.get(""),
        notes=(*grade.notes, *notes),
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
        if old.score != grade.score and old.points == grade.points:
            change = Change(
                grade.student, grade.module, grade.module, old.score, grade.score, "time"
            )
            found.append(change)
    return found
