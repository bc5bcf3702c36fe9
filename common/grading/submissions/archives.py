"""What a folder or a zip of a stranger holds, read within bounds and without following anything.

Nothing is unpacked to disk, no link is followed, and no size that an archive states is believed.
"""

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from io import FileIO
from pathlib import Path

from common.grading.sanitize import sanitize
from common.i18n import Text

MOST_BYTES = 2**20
"""Of one file. A file that holds exercises has some ten thousand."""
MOST_FILES = 20_000
MOST_ARCHIVE = 64 * 2**20
_MOST_AT_ONCE = 2**22
_MOST_DEPTH = 24
_MOST_ARCHIVES = 16
_ENCRYPTED, _UTF8 = 0x1, 0x800
_ORDINARY = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,  # an offset or a size that no file has
    RuntimeError,  # NotImplementedError too
)
_LEFT_SILENTLY = re.compile(
    r"(^|/)(__MACOSX|__pycache__|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|\.git|\.idea|\.vscode|"
    r"\.pytest_cache|\.ruff_cache|\.ipynb_checkpoints|\.stickshift-progress\.json)(/|$)",
    re.IGNORECASE,
)
_SIGNS = {b"%PDF": "PDF", b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip"}


class RefusedError(Exception):
    """A submission that cannot be read, with the reason in words."""

    def __init__(self, en: str, ru: str) -> None:
        super().__init__(en)
        self.text = Text(en, ru)


@dataclass(frozen=True)
class Entry:
    """One file: its name with slashes, when it was handed in, and how to read it.

    problem: why it is not to be read, such as for a link.
    """

    name: str
    modified: float
    read: Callable[[], bytes]
    problem: Text | None = None


def is_silent(name: str) -> bool:
    """Whether a file is one of those that computers leave behind, of which nobody need hear.

    >>> is_silent("__MACOSX/tabular/._loss.py"), is_silent("tabular/loss.py")
    (True, False)
    """
    return _LEFT_SILENTLY.search(name) is not None


def entries(path: Path, stack: ExitStack) -> list[Entry]:
    """Return the files of a folder or a zip; archives that lie in a folder are opened, too.

    stack: keeps archives open, for as long as entries are read.

    Raises RefusedError where there is nothing that can be read.
    """
    if path.is_symlink():
        raise RefusedError("a link, not a folder or a zip", "это ссылка, а не папка и не zip-архив")
    if not path.is_dir():
        return _zipped(path, "", stack)
    found: list[Entry] = []
    archives = 0
    for place, entry in _in_folder(path):
        if entry.name.casefold().endswith(".zip") and entry.problem is None:
            archives += 1
            if archives > _MOST_ARCHIVES or len(found) > MOST_FILES:
                raise _too_many()
            try:
                found += _zipped(place, entry.name + "/", stack)
                continue
            except RefusedError as refused:
                entry = replace(entry, problem=refused.text)
        found.append(entry)
    return found


def _in_folder(root: Path) -> list[tuple[Path, Entry]]:
    found: list[tuple[Path, Entry]] = []
    waiting = [(root, "", 0)]
    seen = 0
    while waiting:
        folder, prefix, depth = waiting.pop()
        if depth > _MOST_DEPTH:
            raise RefusedError("folders too deep in folders", "слишком глубокие папки")
        with os.scandir(folder) as items:
            for item in items:
                seen += 1
                if seen > MOST_FILES:
                    raise _too_many()
                name = prefix + printable(item.name)
                if is_silent(name):
                    continue
                if item.is_dir(follow_symlinks=False):
                    waiting.append((Path(item.path), name + "/", depth + 1))
                    continue
                status, path = item.stat(follow_symlinks=False), Path(item.path)
                problem = _kind_problem(status.st_mode)
                entry = Entry(name, status.st_mtime, partial(_read, path), problem)
                found.append((path, entry))
    return sorted(found, key=lambda pair: pair[1].name)


def _read(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            name = sanitize(printable(path.name), limit=100)
            raise RefusedError(f"{name}: not a file", f"{name}: не файл")
        return _bounded(file.read(MOST_BYTES + 1), path.name)


def _bounded(content: bytes, name: str) -> bytes:
    if len(content) > MOST_BYTES:
        name = sanitize(name, limit=100)
        raise RefusedError(f"{name}: more than 1 MB", f"{name}: больше 1 МБ")
    return content


class _Archive(FileIO):
    """A file of which no header can make the reader take in more than a few megabytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        at_once = _MOST_AT_ONCE + 1 if size is None or size < 0 else min(size, _MOST_AT_ONCE + 1)
        content = super().read(at_once)
        if len(content) > _MOST_AT_ONCE:
            raise _too_many()
        return content


def _zipped(path: Path, prefix: str, stack: ExitStack) -> list[Entry]:
    status = path.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("not an ordinary file", "это не обычный файл")
    if status.st_size > MOST_ARCHIVE:
        size = f"{status.st_size / 2**20:.0f}"
        raise RefusedError(
            f"an archive of {size} MB; hand in the one that `submit` makes",
            f"архив на {size} МБ; сдайте тот, который делает `submit`",
        )
    file = stack.enter_context(_Archive(path))
    sign = file.read(4)
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
        infos = archive.infolist()
    except _DAMAGED as error:
        raise _not_a_zip(path, sign, status.st_size) from error
    if len(infos) > MOST_FILES:
        raise _too_many()
    found = []
    for info in infos:
        name = _name(info)
        if not info.is_dir() and not is_silent(name):
            read = _reader(archive, info, name)
            found.append(Entry(prefix + name, status.st_mtime, read, _problem(info, name)))
    return found


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Callable[[], bytes]:
    def read() -> bytes:
        shown = sanitize(name, limit=100)
        if info.flag_bits & _ENCRYPTED:
            raise RefusedError(
                f"{shown}: encrypted; hand in an archive without a password",
                f"{shown}: зашифрован; сдайте архив без пароля",
            )
        if info.compress_type not in _ORDINARY:
            raise RefusedError(
                f"{shown}: packed in a rare way; make an ordinary zip",
                f"{shown}: сжат редким способом; сделайте обычный zip",
            )
        try:
            with archive.open(info) as file:
                return _bounded(file.read(MOST_BYTES + 1), name)
        except _DAMAGED as error:
            raise RefusedError(
                f"{shown}: damaged in the archive", f"{shown}: повреждён в архиве"
            ) from error

    return read


def _name(info: zipfile.ZipInfo) -> str:
    """Return a name within the archive as who packed it meant it."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", "replace")  # as zipfile had it, before its guess
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp866")  # Windows in Russian
    return printable(name.replace("\\", "/").removeprefix("./"))


def _problem(info: zipfile.ZipInfo, name: str) -> Text | None:
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
        return Text("a name that leads out of the archive", "имя ведёт за пределы архива")
    mode = info.external_attr >> 16
    return _kind_problem(mode) if stat.S_IFMT(mode) else None


def _kind_problem(mode: int) -> Text | None:
    if stat.S_ISLNK(mode):
        return Text("a link", "ссылка")
    return None if stat.S_ISREG(mode) else Text("not an ordinary file", "не обычный файл")


def printable(name: str) -> str:
    """Return a file's name as text; bytes that are no text are spelled out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _not_a_zip(path: Path, sign: bytes, size: int) -> RefusedError:
    if not size:
        return RefusedError("an empty file", "пустой файл")
    kind = next((kind for start, kind in _SIGNS.items() if sign.startswith(start)), "")
    if kind:
        return RefusedError(f"a {kind}, not a zip", f"это {kind}, а не zip-архив")
    if sign == b"PK\x03\x04":
        return RefusedError("a damaged zip", "повреждённый zip-архив")
    name = sanitize(path.name, limit=100)
    return RefusedError(f"{name}: not a zip", f"{name}: не zip-архив")


def _too_many() -> RefusedError:
    return RefusedError(
        "far too many files; hand in the archive that `submit` makes",
        "слишком много файлов; сдайте архив, который делает `submit`",
    )


def listed(names: Iterable[str], *, most: int = 8) -> str:
    """Return names in one line, the first ones only.

    >>> listed(["a", "b", "c"], most=2)
    'a, b … (+1)'
    """
    names = [sanitize(name, limit=80) for name in names]
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
