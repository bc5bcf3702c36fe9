"""What a teacher takes away from the gradebook: a table, pages, and results for Gradescope.

GRADES/
    grades.csv                            a line for each student and module, for a spreadsheet
    summary.html                          the class
    feedback/NAME.html                    a page for each student
    gradescope/NAME/results.json          the same for Gradescope
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from common.grading.gradebook.grades import Change, StudentGrade
from common.grading.reports import class_summary, gradescope, page, spreadsheet


def write_outputs(
    folder: Path,
    grades: Sequence[StudentGrade],
    changes: Sequence[Change] | None = None,
    *,
    starter: Mapping[str, str] | None = None,
    language: str = "en",
) -> None:
    """Write everything anew from the grades; each file takes its place when it is complete.

    changes: what differs from the grades before, for a regrade. starter: path -> source of the
    student edition, which is taken away before submissions are compared. language: "en" or "ru".
    """
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(grades, key=lambda grade: (grade.student, grade.module))
    of_student: defaultdict[str, list[StudentGrade]] = defaultdict(list)
    for grade in ordered:
        of_student[grade.student].append(grade)
    names = page.file_names(of_student)
    spreadsheet.write(folder / "grades.csv", ordered, language=language)
    for student, own in of_student.items():
        place = folder / "feedback" / f"{names[student]}.html"
        with _alone(place):
            page.write(place, own, language=language)
        place = folder / "gradescope" / names[student] / "results.json"
        with _alone(place):
            gradescope.write(place, own, language=language)
    with _alone(folder / "summary.html"):
        class_summary.write(
            folder / "summary.html",
            ordered,
            changes,
            starter=starter or {},
            names=names,
            language=language,
        )


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let what nobody thought of in one student's work cost this file, and no other."""
    try:
        yield
    except OSError:  # a full disk is everybody's matter
        raise
    except Exception as error:
        print(f"{path}: cannot be written: {type(error).__name__}; the grades are in grades.csv")
