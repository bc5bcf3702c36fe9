"""The term as Canvas's gradebook imports it: Grades, Import.

The first columns are Student, ID, SIS User ID, SIS Login ID and Section, as they came from there;
then a column for each module, called as the assignment is, with its number where the roster has
it: Canvas makes a new assignment of a column that it does not know. The second line tells the
points possible. An empty cell changes nothing, EX excuses.

Source of the format: Canvas's instructor guide, "How do I import grades in the Gradebook?".
"""

import csv
import io
import re
from pathlib import Path

from common.grading.gradebook.term import Term
from common.grading.reports import lms
from common.grading.reports.spreadsheet import safe
from common.report.pages import write_page

STUDENT_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Section")
_NEEDED = {"Student", "ID", "Section"}


def write(path: Path, term: Term) -> None:
    """Write the table; the roster must be there, and be Canvas's."""
    roster = term.class_list.roster
    assert roster is not None
    columns = [name for name in STUDENT_COLUMNS if name in roster.columns or name in _NEEDED]
    titles = [
        _known_as(term.class_list.weights.title(name), roster.columns) for name in term.modules
    ]
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*columns, *titles])
    blanks = [""] * (len(columns) - 1)
    table.writerow(["    Points Possible", *blanks, *(term.most[name] for name in term.modules)])
    for row in term.rows:
        if row.person is None:
            continue
        own = row.person.row
        cells = [safe(own.get("Student", "")), *(own.get(name, "") for name in columns[1:])]
        scores = ["EX" if m in row.excused else lms.score(row, m) for m in term.modules]
        table.writerow([*cells, *scores])
    write_page(path, text.getvalue())


def _known_as(title: str, columns: tuple[str, ...]) -> str:
    """Return an assignment's column in Canvas's own table, with its number: Prices (4711).

    >>> _known_as("Prices", ("Student", "Prices (4711)", "Prices two (9)"))
    'Prices (4711)'
    """
    whole = re.compile(rf"{re.escape(title)} \(\d+\)")
    return next((name for name in columns if whole.fullmatch(name)), title)
