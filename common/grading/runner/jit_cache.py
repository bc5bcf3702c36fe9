"""Where the code that libraries compile at import is kept between sandboxes, and what is trusted.

A sandbox hands the code out (see `common.grading.runner.inside.jit_cache`), and the next one runs
it before any wall of a check stands. So it is only taken from a file and a folder that the teacher
alone can write to.
"""

import contextlib
import hashlib
import importlib.metadata
import os
import stat
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from common.files import write_bytes

_COMPILERS = ("numba", "llvmlite")
_LARGEST = 2**28


def place(cache: Path, preload: Collection[str]) -> Path:
    """Return the file, outside of the sandbox, for this Python and these libraries.

    >>> place(Path("cache"), ["numpy"]).suffix
    '.compiled'
    """
    words = [sys.executable, sys.version, *sorted(preload)]
    for library in sorted({name.partition(".")[0] for name in [*preload, *_COMPILERS]}):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            words.append(f"{library} {importlib.metadata.version(library)}")
    name = hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]
    return cache / "grading" / f"{name}.compiled"


def trusted(file: Path) -> bool:
    """Say whether the file is there, and nobody but this user can have written it.

    >>> trusted(Path("is not there"))
    False
    """
    try:
        with file.open("rb"):
            return _ours(file.parent, stat.S_ISDIR) and _ours(file, stat.S_ISREG)
    except OSError:
        return False


def keep(file: Path, descriptor: int) -> None:
    """Write what a server has handed out, if it is anything.

    A cache that cannot be written is none, and no error.
    """
    with contextlib.suppress(OSError), open(descriptor, "rb", closefd=False) as handed:
        content = handed.read(_LARGEST + 1)
        if not 0 < len(content) <= _LARGEST:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        if _ours(file.parent, stat.S_ISDIR):
            write_bytes(file, content, mode=0o644)  # it is read in the sandbox by nobody


def _ours(path: Path, kind: Callable[[int], bool]) -> bool:
    status = path.lstat()
    others_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return kind(status.st_mode) and status.st_uid == os.geteuid() and not others_write
