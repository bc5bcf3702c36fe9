"""The grades of a class, read from the gradebook; and what a run has changed in them."""

from collections.abc import Iterable, Sequence

from common.grading.exercise.course import Module
from common.grading.gradebook.grades import Change, CheckGrade, ExerciseGrade, StudentGrade
from common.grading.gradebook.policy import Policy
from common.grading.gradebook.store import Gradebook
from common.grading.gradebook.work import Conclusion, Work
from common.i18n import Text

BY_FILE = Text(
    "when it was handed in is known from the file's date alone",
    "время сдачи известно только по дате файла",
)


def described(module: Module) -> list[dict]:
    """Return what a conclusion says of the exercises, so that it holds when the course changes."""
    return [
        {
            "exercise": one.exercise,
            "title": list(one.title),
            "of": module.marks[one.exercise].points,
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
    for work, conclusion in gradebook.state(gradebook.run if until is None else until):
        if work.module:
            found.pop((work.student, ""), None)
        policy = policies.get(work.module)
        found[work.student, work.module] = _grade(gradebook, work, conclusion, policy)
    return [found[key] for key in sorted(found)]


def _grade(
    gradebook: Gradebook, work: Work, conclusion: Conclusion, policy: Policy | None
) -> StudentGrade:
    days, factor = policy.lateness(work.submitted) if policy else (0.0, 1.0)
    judged = gradebook.judged(work, conclusion.epoch)
    notes = work.notes
    if policy and work.submitted and not work.listed:
        notes += (BY_FILE,)
    return StudentGrade(
        work.student,
        work.module,
        work.submission,
        work.submitted,
        work.refused,
        notes,
        tuple(_exercise(row, judged) for row in conclusion.exercises),
        days,
        factor,
        gradebook.files(work),
    )


def _exercise(row: dict, judged: dict[tuple[str, str], CheckGrade]) -> ExerciseGrade:
    name = row["exercise"]
    checks = [judged[name, check] for check in row["checks"] if (name, check) in judged]
    return ExerciseGrade(name, Text(*row["title"]), row["of"], tuple(checks))


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
