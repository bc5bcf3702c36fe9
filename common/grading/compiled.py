"""What libraries compile while they are imported, kept from one sandbox to the next.

numba compiles some of librosa's functions at import, which takes 20 seconds, and keeps the machine
code beside a stamp of its source; where it finds the code, and the stamp is right, all of the
import takes two. A sandbox forgets everything, so the server hands the code out while nothing but
libraries has run in it, and the next server finds it in `FILE`.
"""

import contextlib
import hashlib
import os
import secrets
import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np

from common.grading import wire

FILE = "/compiled"
_PATTERN = "*.nb[ic]"  # numba's index and code
_LARGEST = 2**28


def unpack(scratch: str) -> dict[str, bytes]:
    """Put what is in `FILE` into the scratch folder; return it, path -> content.

    A file that is not there, or is damaged, is an empty one.
    """
    content = {}
    with contextlib.suppress(FileNotFoundError, wire.BadFrameError):
        content = wire.decode(Path(FILE).read_bytes())
    for name, code in content.items():
        path = Path(scratch, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(code.tobytes())
    return {name: code.tobytes() for name, code in content.items()}


def collect(scratch: str) -> dict[str, bytes]:
    """Return all compiled code in the scratch folder, path -> content."""
    paths = sorted(Path(scratch).rglob(_PATTERN))
    return {str(path.relative_to(scratch)): path.read_bytes() for path in paths}


def pack(content: dict[str, bytes]) -> bytes:
    """Return what `keep` writes and `unpack` reads."""
    return wire.encode({name: np.frombuffer(code, np.uint8) for name, code in content.items()})


def place(cache: Path, preload: Collection[str]) -> Path:
    """Return the file, outside of the sandbox, for this Python and these libraries.

    >>> place(Path("cache"), ["numpy"]).suffix
    '.compiled'
    """
    words = "\0".join([sys.executable, sys.version, *preload])
    return cache / "grading" / f"{hashlib.sha256(words.encode()).hexdigest()[:16]}.compiled"


def keep(file: Path, descriptor: int) -> None:
    """Write what a server has handed out; a cache that cannot be written is none, and no error."""
    draft = file.with_name(f"{file.stem}-{secrets.token_hex(8)}.part")
    with contextlib.suppress(OSError), open(descriptor, "rb", closefd=False) as handed:
        content = handed.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            draft.chmod(0o644)  # it is read in the sandbox by nobody
            os.replace(draft, file)
        finally:
            draft.unlink(missing_ok=True)
