"""What a sandbox shows of the course: a copy of the starter code, and a student's files in it.

The copy lies outside of the sandbox, which shows it read-only, and belongs to one sandbox. Files
are put into their places once for all checks of a submission.
"""

import contextlib
import marshal
import os
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from common.grading.exercise.course import unwritable
from common.temporary_folders import scratch_folder

COURSE = "/course"
"""Where the sandbox shows the code."""

CACHE = "/cache"
"""Where it shows the bytecode: `sys.pycache_prefix`."""

NOT_COURSE = ("benchmarks", "tests")
"""Packages beside the course's own."""

_compiling = threading.Lock()  # what one sandbox compiles, the others find

_UNCHECKED = (1).to_bytes(4, "little")
"""The flags of bytecode that is not compared with its source: here they are written together."""


def packages_of(root: Path) -> list[str]:
    """Return the names of the course's packages."""
    return sorted(
        path.parent.name
        for path in root.glob("*/__init__.py")
        if path.parent.name not in NOT_COURSE
    )


def shown_of(root: Path) -> Iterator[tuple[str, bytes]]:
    """Give the names and contents of all that a sandbox shows of the starter code in `root`."""
    for package in packages_of(root):
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root).as_posix(), path.read_bytes()
    for path in sorted((root / "tests" / "graded").glob("*_probes.py")):
        yield path.relative_to(root).as_posix(), path.read_bytes()
    yield "tests/__init__.py", b""  # empty, as the real ones might tell more
    yield "tests/graded/__init__.py", b""


class Layout:
    """Two folders, `course` and `cache`, to be shown at `COURSE` and `CACHE`; a context manager.

    They are empty at first, and hold the packages and probes in `root` once they are filled.

    Raises UserError where they cannot be written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.packages = packages_of(root)

    def __enter__(self) -> "Layout":
        try:
            self._opened = contextlib.ExitStack()
            folder = self._opened.enter_context(scratch_folder())
            self.course, self.cache = folder / "course", folder / "cache"
            self._folders = {folder}
            self._make(self.course)
            self._make(self.cache)
        except OSError as error:
            raise unwritable(tempfile.gettempdir(), error) from None
        self._files: dict[str, bytes] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def fill(self, graded: Collection[str]) -> None:
        """Copy the starter code, and compile what is Python.

        graded: the packages that are checked. The other domains are never imported by them, and
            are compiled by whoever does it nevertheless.
        """
        compiled = {*graded, "common", "tests"}
        for name, content in shown_of(self.root):
            self._write(self.course / name, content)
            if name.endswith(".py") and name.partition("/")[0] in compiled:
                with _compiling:
                    bytecode = _bytecode(name, content)
                self._write(self._cached(name), bytecode)

    def holds(self, files: Mapping[str, bytes]) -> bool:
        """Say whether exactly these are a student's files in it."""
        return self._files == files

    def put(self, files: Mapping[str, bytes]) -> None:
        """Put a student's files in place of the starter code's, and those of the last one away."""
        for name in {*self._files, *files}:
            content = files.get(name)
            if content is None:
                content = (self.root / name).read_bytes()
                self._write(self._cached(name), _bytecode(name, content))
            else:
                self._write(self._cached(name), b"")
            self._write(self.course / name, content)
        self._files = dict(files)

    def put_bytecode(self, compiled: Mapping[str, bytes]) -> None:
        """Put in what a student's files have been compiled to; a file that has none is read."""
        for name, content in compiled.items():
            self._write(self._cached(name), content)

    def _cached(self, name: str) -> Path:
        place = Path(self.cache, *Path(COURSE, name).parts[1:])
        return place.with_suffix(f".{sys.implementation.cache_tag}.pyc")

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file that whoever the sandbox runs as can read."""
        try:
            self._make(path.parent)
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o644)
        except OSError as error:
            raise unwritable(path, error) from None

    def _make(self, folder: Path) -> None:
        if folder not in self._folders:
            self._make(folder.parent)
            folder.mkdir()
            os.chmod(folder, 0o755)
            self._folders.add(folder)


@lru_cache(maxsize=1024)
def _bytecode(name: str, source: bytes) -> bytes:
    """Compile starter code as the sandbox's Python does; nothing, where that is not possible."""
    try:
        code = compile(source, f"{COURSE}/{name}", "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        return b""
    return MAGIC_NUMBER + _UNCHECKED + bytes(8) + marshal.dumps(code)
