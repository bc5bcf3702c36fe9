"""The page that a student gets back, and a name for its file."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from common.grading.gradebook.grades import StudentGrade
from common.grading.reports import messages
from common.report.pages import template, write_page

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_MOST_BYTES = 160
"""What a name may take; a file system gives it 255, and some of that is for endings."""


def write(path: Path, grades: Sequence[StudentGrade], *, language: str) -> None:
    """Write one student's page: every module, exercise and check, and what to do about it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = template("feedback.html", Path(__file__).parent).render(
        student=grades[0].student, grades=grades, messages=messages, language=language
    )
    write_page(path, text)


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
            digest = sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
            # Another student may be called as this one's file would be.
            lengths = range(8, len(digest) + 1)
            name = next(n for k in lengths if (n := f"{name}-{digest[:k]}").casefold() not in taken)
        taken.add(name.casefold())
        names[student] = name
    return names
