"""What libraries compile while they are imported, kept from one sandbox to the next.

numba compiles some of librosa's functions at import, which takes 20 seconds, and keeps the machine
code beside a stamp of its source; where it finds the code, and the stamp is right, all of the
import takes two. A sandbox forgets everything, so the server hands the code out while nothing but
libraries has run in it, and the next server finds it in `FILE`.

The code is run, and before any wall of a check stands. So it is only taken from a file and a folder
that the teacher alone can write to.
"""

import contextlib
import hashlib
import importlib.metadata
import os
import secrets
import stat
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from common.grading.runner.inside import wire

FILE = "/compiled"
_PATTERN = "*.nb[ic]"  # numba's index and code
_COMPILERS = ("numba", "llvmlite")
_LARGEST = 2**28
_DIGEST = 32


def unpack(scratch: str) -> dict[str, bytes]:
    """Put what is in `FILE` into the scratch folder; return it, path -> content.

    A file that is not there, or is damaged, is an empty one.
    """
    content: dict[str, bytes] = {}
    with contextlib.suppress(OSError, wire.BadFrameError):
        packed = Path(FILE).read_bytes()
        if hashlib.sha256(packed[_DIGEST:]).digest() == packed[:_DIGEST]:
            arrays = wire.decode(packed[_DIGEST:])
            content = {name: code.tobytes() for name, code in arrays.items()}
    for name, code in content.items():
        path = Path(scratch, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(code)
    return content


def collect(scratch: str) -> dict[str, bytes]:
    """Return all compiled code in the scratch folder, path -> content."""
    paths = sorted(Path(scratch).rglob(_PATTERN))
    return {str(path.relative_to(scratch)): path.read_bytes() for path in paths}


def pack(content: dict[str, bytes]) -> bytes:
    """Return what `keep` writes and `unpack` reads."""
    frame = wire.encode({name: np.frombuffer(code, np.uint8) for name, code in content.items()})
    return hashlib.sha256(frame).digest() + frame


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
    draft = file.with_name(f"{file.stem}-{secrets.token_hex(8)}.part")
    with contextlib.suppress(OSError), open(descriptor, "rb", closefd=False) as handed:
        content = handed.read(_LARGEST + 1)
        if not 0 < len(content) <= _LARGEST:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        if not _ours(file.parent, stat.S_ISDIR):
            return
        try:
            draft.write_bytes(content)
            draft.chmod(0o644)  # it is read in the sandbox by nobody
            os.replace(draft, file)
        finally:
            draft.unlink(missing_ok=True)


def _ours(path: Path, kind: Callable[[int], bool]) -> bool:
    status = path.lstat()
    others_write = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return kind(status.st_mode) and status.st_uid == os.geteuid() and not others_write
