"""The term as Moodle's gradebook imports it: Grades, Import, CSV file.

A line for each student of the roster with the columns that tell Moodle who it is, as they came
from there, and for each module a grade and its feedback, both or neither: of a feedback alone
Moodle makes an empty grade. Every line has as many cells as the first; one student whom Moodle
does not know would stop the whole import, so who is not in the roster is left out. An empty cell
is no grade.

Source of the format: Moodle's documentation, "Grade import".
"""

import csv
import io
from pathlib import Path

from common.grading.gradebook.term import Term
from common.grading.reports import lms
from common.grading.reports.messages import TOTAL
from common.grading.reports.spreadsheet import safe
from common.i18n import Text
from common.report.pages import write_page

FEEDBACK = Text("Feedback: {title}", "Отзыв: {title}")
IDS = ("email", "idnumber", "username", "student")
"""Kinds of columns that Moodle can find a student by; the first that there is comes first."""


def write(path: Path, term: Term, *, language: str) -> None:
    """Write the table; the roster must be there."""
    roster = term.class_list.roster
    assert roster is not None
    ids = [name for kind in IDS if (name := roster.column(kind)) is not None]
    ids = ids or [roster.id_column]
    weights = term.class_list.weights
    titles = [weights.title(module) for module in term.modules]
    total = [TOTAL.to(language)] if weights.weights else []
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    pairs = [(t, FEEDBACK.to(language).format(title=t)) for t in titles]
    table.writerow([*ids, "Name", *(name for pair in pairs for name in pair), *total])
    for row in term.rows:
        if row.person is None:
            continue
        cells: list[str] = []
        for module in term.modules:
            cells += [lms.score(row, module), safe(lms.feedback(row, module, language))]
        if total:
            cells.append("" if row.total is None else f"{row.total:.2f}")
        # Not made safe: Moodle has to find the student by it.
        table.writerow([*(row.person.row[name] for name in ids), safe(row.student), *cells])
    write_page(path, text.getvalue())
