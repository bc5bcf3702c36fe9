"""`--appeal STUDENT EXERCISE`: an exercise's inputs drawn again, and what came of them, in full."""

import tempfile
from pathlib import Path

from common.errors import UserError, unknown
from common.grading.commands.grade import GRADEBOOK, known_secret, opened
from common.grading.exercise.course import Course, Module
from common.grading.exercise.specification import ExerciseSpec, shown
from common.grading.gradebook.grades import CheckGrade
from common.grading.gradebook.store import Gradebook
from common.grading.gradebook.work import Work
from common.grading.runner.judging import draw, run_check
from common.grading.runner.outcome import Outcome
from common.grading.runner.sandbox import Sandbox
from common.grading.sanitize import sanitize

_MOST = 4000


def appeal(
    out: Path, student: str, name: str, *, course: Course, secret_file: Path | None = None
) -> None:
    """Check an exercise of a student's last submission again, and print all there is to see.

    Nothing is written: the grade stays as it is, and what is printed tells whether it is the same.
    """
    if not (out / GRADEBOOK).is_file():
        raise UserError(f"{out}: there is no gradebook in it")
    with opened(out) as gradebook, tempfile.TemporaryDirectory(prefix="stickshift-") as folder:
        secret = known_secret(gradebook, out, secret_file)
        work, module, exercise, epoch = _find(gradebook, course, student, name)
        files, judged = gradebook.files(work), gradebook.judged(work, epoch)
        course.write_edition(Path(folder))
        libraries = course.libraries(module.name)
        print(f"{student}: {exercise.exercise}, of the submission {work.submission[:12]}")
        with Sandbox(Path(folder), replaceable=module.given, preload=libraries) as sandbox:
            for check in exercise.checks:
                inputs = draw(secret, work, exercise, check)
                grade, outcome = run_check(sandbox, files, exercise, check, inputs)
                before = judged.get((exercise.exercise, check.name))
                _show(shown(inputs, limit=_MOST, items=_MOST), grade, outcome, before)


def _find(
    gradebook: Gradebook, course: Course, student: str, name: str
) -> tuple[Work, Module, ExerciseSpec, int]:
    state = gradebook.state(until=2**62)
    works = [(work, conclusion.epoch) for work, conclusion in state if work.student == student]
    if not works:
        raise unknown("student", student, sorted({work.student for work, _ in state}))
    graded = [(work, epoch) for work, epoch in works if not work.refused]
    if not graded:
        raise UserError(f"{student}: the submission was refused: {works[-1][0].refused.en}")
    there = [
        (work, course.modules[work.module], exercise, epoch)
        for work, epoch in graded
        if work.module in course.modules
        for exercise in course.modules[work.module].exercises
    ]
    whole = [one for one in there if name.casefold() in _names(one[2])]
    part = [one for one in there if name.casefold() in one[2].short.casefold()]
    found = whole or part
    if len(found) != 1:
        raise unknown("exercise", name, [one[2].short for one in there])
    return found[0]


def _names(exercise: ExerciseSpec) -> tuple[str, str]:
    return exercise.exercise.casefold(), exercise.short.casefold()


def _show(given: str, grade: CheckGrade, outcome: Outcome, before: CheckGrade | None) -> None:
    verdict = grade.verdict
    print(f"\n{verdict.check}: {verdict.about.en}: {'passed' if grade.passed else 'not passed'}")
    actual = verdict.actual or (
        "" if outcome.failure else shown(outcome.output, limit=_MOST, items=_MOST)
    )
    rows = {
        "given": given,
        "actual": actual,
        "expected": verdict.expected,
        "what": verdict.what.en,
        "looks like": verdict.mistake.en if verdict.mistake else "",
        "printed": grade.printed,
    }
    for label, text in rows.items():
        if text:
            print(f"  {label + ':':12}{sanitize(text, limit=_MOST)}")
    if before is not None and before.passed != grade.passed:
        print(f"  when it was graded, this check was {'passed' if before.passed else 'not passed'}")
