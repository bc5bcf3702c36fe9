"""The page that a student gets back."""

from collections.abc import Sequence
from pathlib import Path

from common.grading.gradebook.grades import StudentGrade
from common.grading.reports import messages
from common.report.pages import template, write_page


def write(path: Path, grades: Sequence[StudentGrade], *, language: str) -> None:
    """Write one student's page: every module, exercise and check, and what to do about it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = template("feedback.html").render(
        student=grades[0].student, grades=grades, messages=messages, language=language
    )
    write_page(path, text)
