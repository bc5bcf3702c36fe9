"""The grades as a table for a spreadsheet."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from common.grading.gradebook.grades import StudentGrade
from common.grading.reports.messages import hand_notes
from common.grading.sanitize import sanitize
from common.report.formula_guard import starts_formula
from common.report.pages import write_page

_FIRST = (
    *("student", "module", "score", "points", "max_points"),
    *("submitted", "days_late", "late_factor"),
)
_LAST = ("refused", "notes", "by_hand", "group", "submission")


def write(path: Path, grades: Sequence[StudentGrade], *, language: str) -> None:
    """Write a line for each student and module; the points of an exercise stand under its name.

    language: a Russian spreadsheet expects semicolons between cells and a comma in a number.
    """
    exercises = list(
        dict.fromkeys(exercise.exercise for grade in grades for exercise in grade.exercises)
    )
    text = io.StringIO(newline="")
    separator, comma = (";", ",") if language == "ru" else (",", ".")
    table = csv.writer(text, lineterminator="\r\n", delimiter=separator)
    table.writerow([*_FIRST, *exercises, *_LAST])
    for grade in grades:
        points = {exercise.exercise: exercise.points for exercise in grade.exercises}
        table.writerow(
            [safe(grade.student), grade.module, f"{grade.score:g}".replace(".", comma)]
            + [f"{grade.points:g}".replace(".", comma), grade.max_points]
            + [grade.submitted.isoformat(timespec="seconds") if grade.submitted else ""]
            + [f"{x:.4g}".replace(".", comma) for x in (grade.days_late, grade.late_factor)]
            + [f"{points[n]:g}".replace(".", comma) if n in points else "" for n in exercises]
            + [safe(grade.refused.to(language)) if grade.refused else ""]
            + [safe("; ".join(note.to(language) for note in grade.notes))]
            + [safe("; ".join(hand_notes(grade, language))), safe(grade.group)]
            + [grade.submission[:12]]
        )
    # With the mark at its beginning Excel reads Cyrillic as what it is.
    write_page(path, text.getvalue(), encoding="utf-8-sig")


def safe(text: str) -> str:
    """Return a student's text as a cell that no spreadsheet takes for a formula.

    >>> safe('=HYPERLINK("x")'), safe("Ivan")
    ('\\'=HYPERLINK("x")', 'Ivan')
    """
    shown = sanitize(text).replace("\n", " ")
    # Where another sign is taken to part the cells, a formula may begin behind it.
    shown = re.sub(r"([;,|\t，；]\s*)(?=[=+@\-＝＋＠－﹢﹣﹦﹫])", r"\1'", shown)
    return "'" + shown if starts_formula(text) or starts_formula(shown) else shown
