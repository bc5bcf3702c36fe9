"""Downloads: from a pinned address, checked against a pinned sha256, kept in the user's cache."""

import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import filelock

from common.errors import UserError
from common.files import CACHE_VARIABLE, cache_folder


@dataclass(frozen=True)
class Download:
    """A file that never changes: where it is, and what it is to the last byte.

    name: the file's name in the cache. size: in bytes. licence: under which it may be used.
    """

    name: str
    url: str
    sha256: str
    size: int
    licence: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise ValueError(f"a download is by http or https, not {self.url!r}")
        if not self.name or Path(self.name).name != self.name:
            raise ValueError(f"a download's name is a file name, not {self.name!r}")


class TransferError(Exception):
    """A file did not come; the text says why."""


def fetch(
    download: Download,
    *,
    cache: Path | None = None,
    progress: bool = True,
    connect_timeout: float = 10.0,
    stall_timeout: float = 30.0,
    attempts: int = 5,
    pause: float = 1.0,
) -> Path:
    """Return the path of the file, which is downloaded unless it is already there.

    What was received before a break, or before the process was killed, stays in a `.part` file,
    and the next attempt asks for the rest only. The file appears under its name after its sha256
    is right. Of several processes that want the same file one downloads, the others wait.

    connect_timeout, stall_timeout: seconds without a connection, or without a byte, after which
        an attempt is given up. attempts: how many in a row may bring nothing new. pause: seconds
        before the second attempt; doubles with each.

    Raises UserError, one line which says where to put the file by hand, when there is no network,
    the address is gone, the content is another one, or the disk is full.
    """
    target = (cache or cache_folder()) / download.name
    try:
        if is_right(target, download):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        from common.transfer import Receiver  # requests takes a while to import

        with filelock.FileLock(f"{target}.lock"):
            if not is_right(target, download):
                part = target.with_name(f"{target.name}.part")
                receiver = Receiver(download, part, (connect_timeout, stall_timeout), progress)
                receiver.receive_all(attempts, pause)
                os.replace(part, target)
        return target
    except TransferError as error:
        raise _by_hand(download, target, str(error)) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = f"no space for {download.size / 1e6:.1f} MB" if full else error.strerror or error
        raise UserError(
            f"{target}: cannot be written ({reason}); "
            f"the variable {CACHE_VARIABLE} names another folder"
        ) from error


def _by_hand(download: Download, target: Path, reason: str) -> UserError:
    return UserError(
        f"{download.name} cannot be downloaded ({reason}); "
        f"put the file from {download.url} to {target} by hand"
    )


def is_right(path: Path, download: Download) -> bool:
    """Return whether a file is what was pinned, to the last byte."""
    if not path.is_file() or path.stat().st_size != download.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == download.sha256
