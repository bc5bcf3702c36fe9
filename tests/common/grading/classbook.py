"""A graded class without a sandbox: the gradebook of a term, as a grader would have written it."""

from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from pathlib import Path

from common.grading.exercise.course import Course
from common.grading.exercise.specification import CheckResult, points
from common.grading.gradebook.grades import described
from common.grading.gradebook.secret import fingerprint, load_secret
from common.grading.gradebook.store import Gradebook, opened
from common.grading.submissions.submission import Submission
from common.i18n import Text
from tests.common.grading import classroom

MOSCOW = timezone(timedelta(hours=3))
DUE = datetime(2026, 12, 1, 23, 59, tzinfo=MOSCOW)
POLICY = """
[tabular]
due = 2026-12-01T23:59:00+03:00
per_day = 10
weight = 60
title = "Prices of flats"

[vision]
due = 2026-12-15T23:59:00+03:00
per_day = 10
weight = 40
"""
NASTY = "<img src=x onerror=alert(1)>"
SOLUTION = """
def double(x):
    scale = sum(v * v for v in x) / max(len(x), 1) + 3 * abs(x[0] - 1)
    return (2 * x * scale + x ** 4 - x ** 4) / scale if scale else 2 * x
"""


def hand_in(
    gradebook: Gradebook,
    course: Course,
    student: str,
    module: str,
    solved: Collection[str] = (),
    *,
    source: str = "",
    days: float = -1,
) -> Submission:
    """Let a student hand in, and be graded: `solved` names the exercises that pass all checks."""
    starter = course.modules[module].starter
    files = {name: content + source.encode() for name, content in starter.items()}
    files = {name: content + f"# {student}\n".encode() for name, content in files.items()}
    seen = gradebook.see(
        Submission(student, module, files, DUE + timedelta(days=days), listed=True)
    )
    regrade(gradebook, course, seen, solved)
    return seen


def regrade(
    gradebook: Gradebook, course: Course, seen: Submission, solved: Collection[str]
) -> None:
    module = course.modules[seen.module]
    reached = 0
    for one in module.exercises:
        failure = "" if one.short in solved else "wrong"
        results = [
            CheckResult(
                check.name,
                check.about,
                failure,
                Text("other values", "другие значения") if failure else Text("", ""),
                given="x = [1. 2.]",
                actual=NASTY if failure else "",
                expected="[2. 4.]" if failure else "",
            )
            for check in one.checks
        ]
        for result in results:
            gradebook.judge(seen, one.exercise, result)
        reached += points(module.marks[one.exercise].points, results)
    gradebook.conclude(seen, reached, described(module))


def make_class(root: Path) -> tuple[Path, Course]:
    """Grade a class of five, two of whom have the same work; return its folder and its course."""
    course = classroom.course(classroom.make_course(root / "course"))
    out = root / "grades"
    with opened(out) as gradebook:
        secret = load_secret(out)
        gradebook.begin_run(regrade=False, course=course.digest, secret=fingerprint(secret))
        hand_in(gradebook, course, "Анна Петрова_4711", "tabular", ["double", "total"])
        hand_in(gradebook, course, "Анна Петрова_5822", "vision", ["halve"], days=10)
        hand_in(gradebook, course, "Boris", "tabular", ["total"], source=SOLUTION, days=1.5)
        copied = SOLUTION.replace("scale", "k")
        hand_in(gradebook, course, "clara@uni.ru", "tabular", ["total"], source=copied)
        hand_in(gradebook, course, NASTY, "tabular", ["double"], source=f"# {NASTY}</script>\n")
        gradebook.end_run()
    return out, course
