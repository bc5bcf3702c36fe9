"""What a teacher takes away from the gradebook: a table, pages, and results for Gradescope.

GRADES/
    grades.csv                            a line for each student and module, for a spreadsheet
    summary.html                          the class
    feedback/NAME.html                    a page for each student
    gradescope/NAME/results.json          the same for Gradescope
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from common.grading.gradebook.grades import Change, StudentGrade
from common.grading.reports import class_summary, gradescope, page, spreadsheet

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


_MOST_BYTES = 160
"""What a name may take; a file system gives it 255, and some of that is for endings."""


def write_outputs(
    folder: Path,
    grades: Sequence[StudentGrade],
    changes: Sequence[Change] | None = None,
    *,
    given: Mapping[str, str] | None = None,
    language: str = "en",
) -> None:
    """Write everything anew from the grades; each file takes its place when it is complete.

    changes: what differs from the grades before, for a regrade. given: path -> source of the
    student edition, which is taken away before submissions are compared. language: "en" or "ru".
    """
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(grades, key=lambda grade: (grade.student, grade.module))
    of_student: defaultdict[str, list[StudentGrade]] = defaultdict(list)
    for grade in ordered:
        of_student[grade.student].append(grade)
    names = file_names(of_student)
    spreadsheet.write(folder / "grades.csv", ordered, language=language)
    for student, own in of_student.items():
        page.write(folder / "feedback" / f"{names[student]}.html", own, language=language)
        gradescope.write(
            folder / "gradescope" / names[student] / "results.json", own, language=language
        )
    class_summary.write(
        folder / "summary.html",
        ordered,
        changes,
        given=given or {},
        names=names,
        language=language,
    )


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Return a name for each student's files that every system can hold, each only once.

    >>> file_names(["Анна О'Нил", "a/../b", "con", "Ivan", "ivan"])["Анна О'Нил"]
    "Анна О'Нил"
    >>> file_names(["con"]), file_names(["a/../b"])
    ({'con': 'con-1143da2b'}, {'a/../b': 'a_.._b-900ea8b7'})
    """
    names, taken = {}, set()
    for student in students:
        text = unicodedata.normalize("NFC", student)
        name = re.sub(r"[^\w .'()@+-]", "_", text).encode()[:_MOST_BYTES].decode(errors="ignore")
        name = name.strip(" .") or "_"
        if name != text or _RESERVED.fullmatch(name) or name.casefold() in taken:
            name += "-" + sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        taken.add(name.casefold())
        names[student] = name
    return names
