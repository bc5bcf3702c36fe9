"""Temporary folders, each locked while it is used; what a killed process has left goes.

The lock is the system's own on the open folder (flock), and ends with the process however that
ends. So a folder that is not locked is nobody's, whatever process has the number of its maker now.
"""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":  # where nothing is graded, and no rank shares a file
    import fcntl

_PREFIX = "stickshift-scratch-"
_FRESH = 60.0
"""Seconds for which a folder may be there and not be locked yet."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give the path of a new folder for the length of the block.

    Raises OSError where none can be made.
    """
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name:
        lock = os.open(name, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with contextlib.suppress(OSError):  # some network drives have no locks
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Path(name)
        finally:
            os.close(lock)


def remove_leftovers(*, fresh: float = _FRESH) -> None:
    """Remove the folders that processes of this user have left behind; in use is what is locked."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                found = os.fstat(lock)
                old = time.time() - found.st_mtime > fresh
                if found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode) and old:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(lock)
