"""What of a class's submissions is graded: the files that hold exercises, and nothing else.

A submission is a folder or a zip with the student's id for a name: as `submit` makes it, as
Moodle hands it out (a folder with a zip within), or as a teacher lays it down. What is left out
of it, or cannot be read, is said in words; one bad submission never keeps another from its grade.
"""

import io
import json
import re
import tokenize
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from common.errors import UserError
from common.grading.archives import Entry, RefusedError, entries, is_silent, listed, printable
from common.grading.display import displayable
from common.grading.words import Text

Given = Mapping[str, Mapping[str, bytes]]
"""Of every module the files that hold exercises, as the student was given them."""
_EXPECTED = {"summary.json"}
_MOST_VERSIONS = 8


@dataclass(frozen=True)
class Submission:
    """What a student handed in for one module; module is empty where that cannot be told."""

    student: str
    module: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    submitted: datetime | None = None
    refused: Text | None = None
    notes: tuple[Text, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of what was taken, by which a changed submission is known."""
        digests = {name: sha256(content).hexdigest() for name, content in self.files.items()}
        return sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def submissions(folder: Path, given: Given, *, module: str | None = None) -> Iterator[Submission]:
    """Yield what each student handed in, for each module, in the order of the ids.

    module: the one that is asked for; otherwise each module is taken of which there are files.

    Raises UserError for a folder that holds no submission.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; name one with a folder or a zip per student")
    paths: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if not is_silent(path.name):
            paths.setdefault(_key(student_id(path)), []).append(path)
    if not paths:
        raise UserError(f"{folder}: is empty; there should be a folder or a zip per student")
    for _, same in sorted(paths.items()):
        yield from _of_one(same, given, module)


def student_id(path: Path) -> str:
    """Return the id that a folder or an archive names.

    >>> student_id(Path("Д'Артаньян_4711_assignsubmission_file_"))
    "Д'Артаньян_4711"
    """
    name = printable(path.name)
    if path.is_symlink() or not path.is_dir():
        name = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    name = re.sub(r"_assignsubmission_(file|onlinetext)_?$", "", name)
    name = " ".join(displayable(name, limit=120).split())
    return unicodedata.normalize("NFC", name) or "?"


def _key(student: str) -> str:
    """What two ids have in common that a person, or a disk, might take for one."""
    return unicodedata.normalize("NFKC", student).casefold()


def _of_one(paths: Sequence[Path], given: Given, module: str | None) -> list[Submission]:
    found = [_taken(path, given, module) for path in paths]
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


def _taken(path: Path, given: Given, module: str | None) -> list[Submission]:
    student = student_id(path)
    try:
        with ExitStack() as stack:
            return _read(student, entries(path, stack), given, module)
    except RefusedError as refused:
        text = refused.text
    except OSError as error:
        text = Text(f"cannot be read: {error.strerror}", f"не читается: {error.strerror}")
    return [Submission(student, module or "", refused=text)]


def _read(
    student: str, found: Sequence[Entry], given: Given, module: str | None
) -> list[Submission]:
    sound = [entry for entry in found if entry.problem is None]
    taken = {
        name: files
        for name in ([module] if module else given)
        if (files := _candidates(sound, given[name], loose=module is not None))
    }
    if not taken:
        raise _nothing(found, given, module)
    used = {id(entry) for files in taken.values() for group in files.values() for entry in group}
    general = _notes_on_rest([entry for entry in found if id(entry) not in used], given)
    read = [
        replace(one, notes=(*one.notes, *general))
        for one in (_one(student, name, files, given[name]) for name, files in taken.items())
    ]
    begun = [one for one in read if one.refused or not _untouched(one.files, given[one.module])]
    return begun or read


def _candidates(
    found: Sequence[Entry], wanted: Mapping[str, bytes], *, loose: bool
) -> dict[str, list[Entry]]:
    """Return for each wanted file all that may be it, those in the outermost folder first.

    loose: files that lie there without their folder count, where there are no others.
    """
    candidates = {
        name: [e for e in found if e.name == name or e.name.endswith("/" + name)] for name in wanted
    }
    if loose and not any(candidates.values()):
        candidates = {
            name: [e for e in found if PurePosixPath(e.name).name == PurePosixPath(name).name]
            for name in wanted
        }
    return {
        name: sorted(group, key=lambda entry: entry.name.count("/"))
        for name, group in candidates.items()
        if group
    }


def _one(
    student: str, module: str, found: Mapping[str, list[Entry]], wanted: Mapping[str, bytes]
) -> Submission:
    """Read one module's files; the outermost counts, and of one name in a zip the last."""
    files, notes = {}, []
    try:
        for name, group in found.items():
            files[name], more = _choose(name, group)
            notes += [*more, *_encoding_note(name, files[name])]
    except RefusedError as refused:
        return Submission(student, module, refused=refused.text)
    missing = [name for name in wanted if name not in files]
    if missing:
        notes.append(
            Text(
                f"not handed in, and counts as not written: {listed(missing)}",
                f"не сдано и считается ненаписанным: {listed(missing)}",
            )
        )
    latest = max(group[0].modified for group in found.values())
    return Submission(
        student, module, files, datetime.fromtimestamp(latest, UTC), notes=tuple(notes)
    )


def _choose(name: str, group: Sequence[Entry]) -> tuple[bytes, list[Text]]:
    outermost = [e for e in group if e.name.count("/") == group[0].name.count("/")]
    last = {entry.name: entry for entry in outermost}
    if len(outermost) > _MOST_VERSIONS:
        raise RefusedError(
            f"{len(outermost)} versions of {name}; hand in one",
            f"версий {name}: {len(outermost)}; сдайте одну",
        )
    contents = {entry.read() for entry in last.values()}
    if len(contents) > 1:
        raise RefusedError(
            f"two versions of {name}: {listed(last)}; hand in one",
            f"две версии {name}: {listed(last)}; сдайте одну",
        )
    notes = []
    if len({entry.read() for entry in outermost}) > 1:
        notes.append(
            Text(
                f"{name} is in the archive twice; the last one was taken",
                f"{name} лежит в архиве дважды; взят последний",
            )
        )
    others = [entry.name for entry in group[len(outermost) :]]
    if others:
        text = f"{listed(last)}; {listed(others)}"
        notes.append(
            Text(
                f"several versions of {name}, the outermost was taken: {text}",
                f"несколько версий {name}, взята внешняя: {text}",
            )
        )
    if next(iter(last)).endswith(name):
        return contents.pop(), notes
    return contents.pop(), [*notes, Text(f"taken as {name}", f"принято за {name}")]


def _encoding_note(name: str, content: bytes) -> list[Text]:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError):
        return [
            Text(
                f"{name}: not UTF-8, Python cannot read it; the file should be saved as UTF-8",
                f"{name}: не UTF-8, Python его не прочтёт; файл надо сохранить как UTF-8",
            )
        ]
    return []


def _untouched(files: Mapping[str, bytes], given: Mapping[str, bytes]) -> bool:
    return all(
        content.replace(b"\r\n", b"\n") == given[name].replace(b"\r\n", b"\n")
        for name, content in files.items()
    )


def _notes_on_rest(rest: Sequence[Entry], given: Given) -> list[Text]:
    problems = [entry for entry in rest if entry.problem is not None]
    notes = [
        Text(
            f"{displayable(entry.name, limit=80)}: {entry.problem.en}; ignored",
            f"{displayable(entry.name, limit=80)}: {entry.problem.ru}; не учтено",
        )
        for entry in problems[:5]
    ]
    ignored = [e.name for e in rest if e.problem is None and e.name not in _EXPECTED]
    if ignored:
        shown = listed(sorted(ignored, key=lambda name: not _is_version(name, given)))
        notes.append(
            Text(
                f"no files of these exercises, ignored: {shown}",
                f"не файлы этих заданий, не учтены: {shown}",
            )
        )
    return notes


def _is_version(name: str, given: Given) -> bool:
    """Whether a file looks like another version of one that counts, such as loss (1).py."""
    stem = PurePosixPath(name).stem
    stems = {PurePosixPath(path).stem for files in given.values() for path in files}
    return any(stem.startswith(one) for one in stems)


def _nothing(found: Sequence[Entry], given: Given, module: str | None) -> RefusedError:
    """Say why there is nothing to grade: the first reason that applies."""
    others = [m for m in given if m != module and _candidates(found, given[m], loose=False)]
    if module and others:
        names = listed(others)
        return RefusedError(
            f"the wrong module: files of {names}, not of {module}",
            f"не тот модуль: файлы {names}, а не {module}",
        )
    problems = [entry for entry in found if entry.problem is not None]
    if problems:
        name, problem = displayable(problems[0].name, limit=80), problems[0].problem
        return RefusedError(f"{name}: {problem.en}", f"{name}: {problem.ru}")
    if not found:
        return RefusedError("there is nothing in it", "внутри ничего нет")
    within = [entry.name for entry in found if entry.name.casefold().endswith((".zip", ".rar"))]
    if within:
        return RefusedError(
            f"an archive in an archive: {listed(within)}; hand in the inner one",
            f"архив в архиве: {listed(within)}; сдайте внутренний",
        )
    wanted = listed(path for name in ([module] if module else given) for path in given[name])
    names = listed(entry.name for entry in found)
    return RefusedError(
        f"none of the files that hold exercises ({wanted}), but {names}",
        f"нет ни одного файла с заданиями ({wanted}), а есть {names}",
    )
