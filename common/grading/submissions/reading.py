"""What of a class's submissions is graded: the files that hold exercises, and nothing else.

A submission is a folder or a zip with the student's id for a name: as `submit` makes it, as
Moodle hands it out (a folder with a zip within), or as a teacher lays it down. What is left out
of it, or cannot be read, is said in words; one bad submission never keeps another from its grade.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from common.errors import UserError
from common.grading.sanitize import sanitize
from common.grading.submissions.archives import RefusedError, entries, is_silent, listed, printable
from common.grading.submissions.selection import StarterFiles, take
from common.grading.submissions.submission import Submission
from common.i18n import Text

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Signs that count as letters or marks, and show nothing."""


def submissions(
    folder: Path, starter: StarterFiles, *, module: str | None = None
) -> Iterator[Submission]:
    """Return what each student handed in, for each module, in the order of the ids.

    It is read as it is asked for: only one student's files are in memory at a time.
    module: the one that is asked for; otherwise each module is taken of which there are files.

    Raises UserError, at once, for a folder that holds no submission.
    """
    if not folder.is_dir():
        raise UserError(
            f"{folder}: no such folder; name one with a folder or a zip per student",
            f"{folder}: нет такой папки; назовите ту, где на каждого студента папка или zip",
        )
    paths: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if not is_silent(path.name):
            paths.setdefault(_key(student_id(path)), []).append(path)
    if not paths:
        raise UserError(
            f"{folder}: is empty; there should be a folder or a zip per student",
            f"{folder}: пуста; в ней должна быть папка или zip на каждого студента",
        )
    return (one for _, same in sorted(paths.items()) for one in _of_one(same, starter, module))


def student_id(path: Path) -> str:
    """Return the id that a folder or an archive names.

    >>> student_id(Path("Д'Артаньян_4711_assignsubmission_file_"))
    "Д'Артаньян_4711"
    >>> student_id(Path("petrovanna_LATE_12345_678901_submission-text-2.zip"))
    'petrovanna_12345'
    """
    name = printable(path.name)
    if path.is_symlink() or not path.is_dir():
        name = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    name = re.sub(r"_assignsubmission_(file|onlinetext)(_.*)?$", "", name)  # Moodle
    name = re.sub(r"^(.+?)(?:_LATE)?_(\d{3,})_\d{5,}_.+$", r"\1_\2", name)  # Canvas
    name = "".join(" " if unicodedata.category(c) == "Zs" else _visible(c) for c in name)
    return unicodedata.normalize("NFC", re.sub(" +", " ", name).strip()) or "?"


def _visible(character: str) -> str:
    """Spell out what is not seen: with it, an id would look as another student's, or be it."""
    hidden = unicodedata.category(character)[0] in "CZ" or character in _BLANK
    if hidden or "VARIATION SELECTOR" in unicodedata.name(character, ""):
        return f"[U+{ord(character):04X}]"
    return character


def _key(student: str) -> str:
    """What two ids have in common that a person, or a disk, might take for one."""
    return unicodedata.normalize("NFKC", student).casefold()


def _of_one(paths: Sequence[Path], starter: StarterFiles, module: str | None) -> list[Submission]:
    found = [_taken(path, starter, module) for path in paths]
    if len(paths) == 1:
        return found[0]
    names = listed(printable(path.name) + ("/" if path.is_dir() else "") for path in paths)
    contents = [{one.module: one.sha256 for one in taken} for taken in found]
    if all(content == contents[0] for content in contents) and found[0][0].refused is None:
        note = Text(
            f"handed in more than once, always the same: {names}",
            f"сдано несколько раз одно и то же: {names}",
        )
        return [replace(one, notes=(*one.notes, note)) for one in found[0]]
    refused = Text(
        f"several submissions with one id: {names}; leave one of them, or rename the other student",
        f"несколько работ под одним именем: {names}; оставьте одну или переименуйте другую",
    )
    modules = sorted({one.module for taken in found for one in taken if one.module})
    return [
        Submission(found[0][0].student, name, refused=refused) for name in modules or [module or ""]
    ]


def _taken(path: Path, starter: StarterFiles, module: str | None) -> list[Submission]:
    student = student_id(path)
    try:
        with ExitStack() as stack:
            return take(student, entries(path, stack), starter, module)
    except RefusedError as refused:
        text = refused.text
    except OSError as error:
        # Not the whole path: it is the teacher's, and the page is the student's.
        name = sanitize(printable(Path(str(error.filename or path)).name), limit=100)
        why = f"{name}: {error.strerror or type(error).__name__}"
        text = Text(f"cannot be read: {why}", f"не читается: {why}")
    except Exception as error:  # what nobody thought of keeps no other from being graded
        name = type(error).__name__
        text = Text(f"cannot be read: {name}", f"не читается: {name}")
    return [Submission(student, module or "", refused=text)]
