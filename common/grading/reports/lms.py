"""What the tables for Moodle and Canvas have in common: a cell of a grade, and a comment."""

from common.grading.gradebook.term import TermRow
from common.grading.reports.messages import REFUSED, hand_notes, late


def score(row: TermRow, module: str) -> str:
    """Return a grade as both systems read it, in any language; empty where there is none."""
    grade = row.grades.get(module)
    return "" if grade is None or module in row.excused else f"{grade.score:.2f}"


def feedback(row: TermRow, module: str, language: str) -> str:
    """Return in a few lines how a grade came to be."""
    grade = row.grades.get(module)
    if grade is None:
        return ""
    lines = [
        f"{one.title.to(language)}: {one.points:g} / {one.max_points}" for one in grade.exercises
    ]
    if grade.refused:
        lines = [f"{REFUSED.to(language)}: {grade.refused.to(language)}"]
    if grade.late_factor < 1:
        lines.append(late(grade, language))
    return "; ".join([*lines, *hand_notes(grade, language)])
