"""The grades of one student as Gradescope's autograder wants them: results.json.

Source of the format: Gradescope's documentation of autograders, "Output format".
"""

import json
from collections.abc import Sequence
from pathlib import Path

from common.grading.exercise.specification import CheckResult
from common.grading.gradebook.grades import ExerciseGrade, StudentGrade
from common.grading.reports.messages import (
    LOOKS_LIKE,
    NOT_BEGUN,
    REFUSED,
    SAME,
    hand_notes,
    late,
    sides,
    told_before,
)
from common.report.pages import write_page


def write(path: Path, grades: Sequence[StudentGrade], *, language: str) -> None:
    """Write the results of all modules of one student."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results(grades, language=language), ensure_ascii=True, indent=2)
    write_page(path, text + "\n")


def results(grades: Sequence[StudentGrade], *, language: str) -> dict:
    """Return the content of results.json: an entry for each exercise, with its checks as text.

    The score of a test is before lateness, the score of the whole after it.
    """
    tests = [
        {
            "name": f"{grade.module}: {exercise.title.to(language)}",
            "score": exercise.points,
            "max_score": exercise.max_points,
            "status": "passed" if exercise.points == exercise.max_points else "failed",
            "output": _exercise(exercise, language),
            "output_format": "text",
            "visibility": "visible",
        }
        for grade in grades
        for exercise in grade.exercises
    ]
    return {
        "score": round(sum(grade.score for grade in grades), 2),
        "output": "\n".join(line for grade in grades for line in _about(grade, language)),
        "output_format": "text",
        "tests": tests,
    }


def _about(grade: StudentGrade, language: str) -> list[str]:
    lines = []
    if grade.refused:
        place = f"{grade.module}: " if grade.module else ""
        lines.append(f"{place}{REFUSED.to(language)}: {grade.refused.to(language)}")
    if grade.late_factor < 1:
        lines.append(f"{grade.module}: {late(grade, language)}")
    return lines + [note.to(language) for note in grade.notes] + hand_notes(grade, language)


def _exercise(exercise: ExerciseGrade, language: str) -> str:
    pairs = zip(exercise.checks, told_before(exercise.checks), strict=True)
    return "\n".join(line for check, first in pairs for line in _check(check, language, first))


def _check(check: CheckResult, language: str, first: CheckResult | None) -> list[str]:
    mark = "+" if check.passed else "x"
    lines = [f"{mark} {check.about.to(language)}"]
    if check.passed:
        return lines
    if check.empty:
        return [*lines, f"    {NOT_BEGUN.to(language)}"]
    if first:
        return [*lines, f"    {SAME.to(language).format(about=first.about.to(language))}"]
    lines.append(f"    {check.what.to(language)}")
    lines += [f"    {line}" for line in check.trace.splitlines()]
    lines += [f"    {name.to(language)}: {text}" for name, text in sides(check, language)]
    if check.mistake:
        lines.append(f"    {LOOKS_LIKE.to(language)}: {check.mistake.to(language)}")
    return lines
