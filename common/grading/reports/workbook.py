"""The term as a workbook for Excel: a line for each student, and a sheet for each module.

Numbers are numbers there, whatever the language, and no text is ever a formula.
"""

from pathlib import Path
from typing import Any

from common.files import atomic_path
from common.grading.gradebook.term import Term, TermRow
from common.grading.reports import messages
from common.grading.sanitize import sanitize
from common.i18n import Text

ID = Text("id", "номер")
LONGEST = 32_000
"""Characters that a cell of Excel can hold, and some."""


def write(path: Path, term: Term, *, language: str) -> None:
    """Write the workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = messages.TERM.to(language)
    titles = [term.class_list.weights.title(name) for name in term.modules]
    names = (messages.STUDENT, ID, messages.SECTION)
    _add(
        sheet,
        [
            *(name.to(language) for name in names),
            *titles,
            *(name.to(language) for name in (messages.TOTAL, messages.DROPPED, messages.EXCUSED)),
            messages.MISSING.to(language),
        ],
    )
    for row in term.rows:
        missing = [name for name in term.modules if row in term.missing(name)]
        _add(
            sheet,
            [
                row.student,
                row.person.id if row.person else "",
                row.person.section if row.person else "",
                *(_score(row, name) for name in term.modules),
                row.total,
                ", ".join(row.dropped),
                ", ".join(row.excused),
                ", ".join(missing),
            ],
        )
    for name in term.modules:
        _add_module(book.create_sheet(name[:31]), term, name, language)
    for one in book.worksheets:
        one.freeze_panes = "B2"
        one.column_dimensions["A"].width = 28
    with atomic_path(path) as draft:
        book.save(draft)


def _add_module(sheet: Any, term: Term, module: str, language: str) -> None:
    rows = [row for row in term.rows if module in row.grades]
    exercises = list(
        dict.fromkeys(one.exercise for row in rows for one in row.grades[module].exercises)
    )
    names = (messages.STUDENT, messages.SCORE, messages.POINTS, messages.SUBMITTED)
    last = (messages.COMMENT, messages.GROUP)
    _add(sheet, [*(n.to(language) for n in names), *exercises, *(n.to(language) for n in last)])
    for row in rows:
        grade = row.grades[module]
        points = {one.exercise: one.points for one in grade.exercises}
        notes = messages.hand_notes(grade, language)
        if grade.refused:
            notes = [grade.refused.to(language), *notes]
        moment = grade.submitted
        _add(
            sheet,
            [
                row.student,
                grade.score,
                grade.points,
                # Excel knows no time zones.
                moment.astimezone().replace(tzinfo=None, microsecond=0) if moment else None,
                *(points.get(name) for name in exercises),
                "; ".join(notes),
                grade.group,
            ],
        )


def _score(row: TermRow, module: str) -> float | None:
    grade = row.grades.get(module)
    return None if grade is None else grade.score


def _add(sheet: Any, cells: list[Any]) -> None:
    sheet.append([sanitize(c, limit=LONGEST) if isinstance(c, str) else c for c in cells])
    for cell in sheet[sheet.max_row]:
        if cell.data_type == "f":  # what begins with =
            cell.data_type = "s"
