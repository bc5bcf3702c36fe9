"""The grades as a table for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from common.grading.display import displayable
from common.grading.grades import StudentGrade
from common.pages import write_page

_FIRST = ("student", "module", "score", "points", "of", "submitted", "days_late", "late_factor")
_LAST = ("refused", "notes", "submission")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(path: Path, grades: Sequence[StudentGrade], *, language: str) -> None:
    """Write a line for each student and module; the points of an exercise stand under its name."""
    exercises = list(
        dict.fromkeys(exercise.exercise for grade in grades for exercise in grade.exercises)
    )
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*_FIRST, *exercises, *_LAST])
    for grade in grades:
        points = {exercise.exercise: exercise.points for exercise in grade.exercises}
        table.writerow(
            [safe(grade.student), grade.module, f"{grade.score:g}", grade.points, grade.of]
            + [grade.submitted.isoformat(timespec="seconds") if grade.submitted else ""]
            + [f"{grade.days_late:.4g}", f"{grade.late_factor:g}"]
            + [points.get(name, "") for name in exercises]
            + [safe(grade.refused.to(language)) if grade.refused else ""]
            + [safe("; ".join(note.to(language) for note in grade.notes)), grade.submission[:12]]
        )
    # With the mark at its beginning Excel reads Cyrillic as what it is.
    write_page(path, text.getvalue(), encoding="utf-8-sig")


def safe(text: str) -> str:
    """Return a student's text as a cell that no spreadsheet takes for a formula.

    >>> safe('=HYPERLINK("x")'), safe("Ivan")
    ('\\'=HYPERLINK("x")', 'Ivan')
    """
    shown = displayable(text).replace("\n", " ")
    return "'" + shown if text.lstrip(" ").startswith(_FORMULA) else shown
