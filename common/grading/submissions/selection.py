"""What is taken of one student's submission, and what is said of the rest."""

import contextlib
import io
import tokenize
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from common.grading.sanitize import sanitize
from common.grading.submissions.archives import Entry, RefusedError, listed
from common.grading.submissions.efforts import Effort, said_in
from common.grading.submissions.submission import Submission
from common.i18n import Text

StarterFiles = Mapping[str, Mapping[str, bytes]]
"""Of every module the files that hold exercises, as the student was given them."""
_EXPECTED = {"summary.json"}
_MOST_VERSIONS = 8
_ENCODINGS = (
    *("utf-8", "utf-8-sig", "ascii", "us-ascii", "iso-8859-1", "iso8859-1", "cp1252"),
    *("cp1251", "windows-1251", "cp866", "koi8-r"),
)
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".bz2", ".xz")


def take(
    student: str, found: Sequence[Entry], starter: StarterFiles, module: str | None
) -> list[Submission]:
    """Return what a student handed in for each module, of the files in the submission.

    module: the one that is asked for; otherwise each module is taken that was begun.

    Raises RefusedError where there is nothing to be graded.
    """
    sound = [entry for entry in found if entry.problem is None]
    taken = {
        name: files
        for name in ([module] if module else starter)
        if (files := _candidates(sound, starter[name], starter if module else ()))
    }
    if not taken:
        raise _nothing(found, starter, module)
    used = {id(entry) for files in taken.values() for group in files.values() for entry in group}
    general = _notes_on_rest([entry for entry in found if id(entry) not in used], starter)
    read = [
        replace(one, notes=(*one.notes, *general))
        for one in (_one(student, name, files, starter[name]) for name, files in taken.items())
    ]
    said = _efforts(sound)
    read = [
        replace(one, efforts={n: e for n, e in said.items() if n.startswith(f"{one.module}.")})
        for one in read
    ]
    begun = [one for one in read if one.refused or not _untouched(one.files, starter[one.module])]
    return begun or read


def _efforts(found: Sequence[Entry]) -> dict[str, Effort]:
    """Return what the summaries in a submission say of the way to each exercise.

    Where there are several, the outermost counts. One that cannot be read says nothing.
    """
    said: dict[str, Effort] = {}
    for entry in sorted(found, key=lambda one: -one.name.count("/")):
        if PurePosixPath(entry.name).name in _EXPECTED:
            with contextlib.suppress(RefusedError, OSError):
                said |= said_in(entry.read())
    return said


def _candidates(
    found: Sequence[Entry], wanted: Mapping[str, bytes], modules: Collection[str] = ()
) -> dict[str, list[Entry]]:
    """Return for each wanted file all that may be it, those in the outermost folder first.

    modules: their names, if files that are in no module's folder may be taken, too.
    """
    candidates = {
        name: [e for e in found if e.name == name or e.name.endswith("/" + name)] for name in wanted
    }
    if modules and not any(candidates.values()):
        bare = [entry for entry in found if PurePosixPath(entry.name).parent.name not in modules]
        candidates = {
            name: [e for e in bare if PurePosixPath(e.name).name == PurePosixPath(name).name]
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
    latest = _moment(max(group[0].modified for group in found.values()))
    return Submission(student, module, files, latest, notes=tuple(notes))


def _moment(seconds: float) -> datetime | None:
    """Return a file's date, None for one that no calendar has: some file systems keep it."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


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
        said, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        # Only what texts are written in: a file can also say rot13, or undefined.
        content.decode(said if said in _ENCODINGS else "utf-8")
        if said not in _ENCODINGS:
            return [
                Text(
                    f"{name}: says that it is written in {said}: what runs is not what is seen",
                    f"{name}: назван кодировкой {said}: выполняется не то, что видно",
                )
            ]
    except (SyntaxError, UnicodeDecodeError):
        return [
            Text(
                f"{name}: not UTF-8; the file should be saved as UTF-8",
                f"{name}: не UTF-8; файл надо сохранить в UTF-8",
            )
        ]
    return []


def _untouched(files: Mapping[str, bytes], starter: Mapping[str, bytes]) -> bool:
    return all(
        content.replace(b"\r\n", b"\n") == starter[name].replace(b"\r\n", b"\n")
        for name, content in files.items()
    )


def _notes_on_rest(rest: Sequence[Entry], starter: StarterFiles) -> list[Text]:
    problems = [(sanitize(e.name, limit=80), e.problem) for e in rest if e.problem is not None]
    notes = [
        Text(f"{name}: {problem.en}; ignored", f"{name}: {problem.ru}; не учтено")
        for name, problem in problems[:5]
    ]
    ignored = [
        e.name for e in rest if e.problem is None and PurePosixPath(e.name).name not in _EXPECTED
    ]
    if ignored:
        shown = listed(sorted(ignored, key=lambda name: not _is_version(name, starter)))
        notes.append(
            Text(
                f"no files of these exercises, ignored: {shown}",
                f"не файлы этих заданий, не учтены: {shown}",
            )
        )
    return notes


def _is_version(name: str, starter: StarterFiles) -> bool:
    """Whether a file looks like another version of one that counts, such as loss (1).py."""
    stem = PurePosixPath(name).stem
    stems = {PurePosixPath(path).stem for files in starter.values() for path in files}
    return any(stem.startswith(one) for one in stems)


def _nothing(found: Sequence[Entry], starter: StarterFiles, module: str | None) -> RefusedError:
    """Say why there is nothing to grade: the first reason that applies."""
    others = [m for m in starter if m != module and _candidates(found, starter[m])]
    if module and others:
        names = listed(others)
        return RefusedError(
            f"the wrong module: files of {names}, not of {module}",
            f"не тот модуль: файлы {names}, а не {module}",
        )
    problems = [(entry.name, entry.problem) for entry in found if entry.problem is not None]
    if problems:
        name, problem = min(problems, key=lambda one: not _is_version(one[0], starter))
        name = sanitize(name, limit=80)
        return RefusedError(f"{name}: {problem.en}", f"{name}: {problem.ru}")
    if not found:
        return RefusedError("there is nothing in it", "внутри ничего нет")
    packed = [entry.name for entry in found if entry.name.casefold().endswith(_OTHER_ARCHIVES)]
    if packed:
        return RefusedError(
            f"an archive that is no zip: {listed(packed)}; hand in a zip",
            f"архив, но не zip: {listed(packed)}; сдайте zip",
        )
    within = [entry.name for entry in found if entry.name.casefold().endswith(".zip")]
    if within:
        return RefusedError(
            f"an archive in an archive: {listed(within)}; hand in the inner one",
            f"архив в архиве: {listed(within)}; сдайте внутренний",
        )
    wanted = listed(path for name in ([module] if module else starter) for path in starter[name])
    bare = {} if module else {m: _candidates(found, starter[m], starter) for m in starter}
    taken = {e.name: None for would in bare.values() for group in would.values() for e in group}
    if taken:
        names = listed(taken)
        options = listed(f"--module {name}" for name, would in bare.items() if would)
        return RefusedError(
            f"files that are in no module's folder ({names}); with {options} they are taken",
            f"файлы не в папке модуля ({names}); с {options} они будут приняты",
        )
    names = listed(entry.name for entry in found)
    return RefusedError(
        f"none of the files that hold exercises ({wanted}), but {names}",
        f"нет ни одного файла с заданиями ({wanted}), а есть {names}",
    )
