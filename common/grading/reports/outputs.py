"""What a teacher takes away from the gradebook: a table, pages, and results for Gradescope.

GRADES/
    grades.csv                            a line for each student and module, for a spreadsheet
    summary.html                          the class
    feedback/NAME.html                    a page for each student
    gradescope/NAME/results.json          the same for Gradescope
    term.xlsx                             the term: a line for each student, a sheet for each module
    moodle.csv, canvas.csv                for import there, where the roster came from there
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from common.grading.gradebook.attempts import History
from common.grading.gradebook.grades import Change, StudentGrade
from common.grading.gradebook.term import Term
from common.grading.reports import (
    canvas,
    class_summary,
    gradescope,
    moodle,
    page,
    spreadsheet,
    workbook,
)


def write_outputs(
    folder: Path,
    grades: Sequence[StudentGrade],
    changes: Sequence[Change] | None = None,
    *,
    starter: Mapping[str, str] | None = None,
    term: Term | None = None,
    history: History | None = None,
    language: str = "en",
) -> None:
    """Write everything anew from the grades; each file takes its place when it is complete.

    changes: what differs from the grades before, for a regrade. starter: path -> source of the
    student edition, which is taken away before submissions are compared. term: of the whole class.
    history: of what was ever handed in. language: "en" or "ru".
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, grades, term, language=language)
    ordered = sorted(grades, key=lambda grade: (grade.student, grade.module))
    names = page.file_names(dict.fromkeys(grade.student for grade in ordered))
    write_students(folder, grades, names, language=language)
    with _alone(folder / "summary.html"):
        class_summary.write(
            folder / "summary.html",
            ordered,
            changes,
            starter=starter or {},
            names=names,
            term=term,
            history=history or History(),
            language=language,
        )


def write_tables(
    folder: Path, grades: Sequence[StudentGrade], term: Term | None, *, language: str
) -> None:
    """Write what is for spreadsheets and for other systems."""
    ordered = sorted(grades, key=lambda grade: (grade.student, grade.module))
    spreadsheet.write(folder / "grades.csv", ordered, language=language)
    if term is None:
        return
    workbook.write(folder / "term.xlsx", term, language=language)
    roster = term.class_list.roster
    if roster is not None and roster.is_canvas:
        canvas.write(folder / "canvas.csv", term)
    elif roster is not None:
        moodle.write(folder / "moodle.csv", term, language=language)


def write_students(
    folder: Path,
    grades: Sequence[StudentGrade],
    names: Mapping[str, str],
    *,
    language: str,
    only: str | None = None,
) -> None:
    """Write what students get, or what one of them gets. names: the files' names, by student."""
    of_student: defaultdict[str, list[StudentGrade]] = defaultdict(list)
    for grade in sorted(grades, key=lambda grade: (grade.student, grade.module)):
        of_student[grade.student].append(grade)
    for student, own in of_student.items():
        if only is not None and student != only:
            continue
        place = folder / "feedback" / f"{names[student]}.html"
        with _alone(place):
            page.write(place, own, language=language)
        place = folder / "gradescope" / names[student] / "results.json"
        with _alone(place):
            gradescope.write(place, own, language=language)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let what nobody thought of in one student's work cost this file, and no other."""
    try:
        yield
    except OSError:  # a full disk is everybody's matter
        raise
    except Exception as error:
        print(f"{path}: cannot be written: {type(error).__name__}; the grades are in grades.csv")
