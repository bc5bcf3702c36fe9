"""Downloads: from a pinned address, checked against a pinned sha256, kept in the user's cache."""

import errno
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

import filelock
import requests
import tqdm
import urllib3

from common.cache import VARIABLE, cache_folder
from common.errors import UserError

CHUNK = 1 << 16


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


class _TransientError(Exception):
    """The server or the network gave up; another attempt may well succeed."""


class _FinalError(Exception):
    """The server answered, and another attempt would bring the same."""


_PASSING = (
    _TransientError,
    requests.ConnectionError,
    requests.Timeout,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.TimeoutError,
)


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
        if _is_right(target, download):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{target}.lock"):
            if not _is_right(target, download):
                part = target.with_name(f"{target.name}.part")
                receiver = _Receiver(download, part, (connect_timeout, stall_timeout), progress)
                receiver.receive_all(attempts, pause)
                os.replace(part, target)
        return target
    except (_TransientError, _FinalError) as error:
        raise _by_hand(download, target, str(error)) from error
    except requests.RequestException as error:
        raise _by_hand(download, target, type(error).__name__) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = f"no space for {download.size / 1e6:.1f} MB" if full else error.strerror or error
        raise UserError(
            f"{target}: cannot be written ({reason}); the variable {VARIABLE} names another folder"
        ) from error


def _by_hand(download: Download, target: Path, reason: str) -> UserError:
    return UserError(
        f"{download.name} cannot be downloaded ({reason}); "
        f"put the file from {download.url} to {target} by hand"
    )


def _is_right(path: Path, download: Download) -> bool:
    if not path.is_file() or path.stat().st_size != download.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == download.sha256


class _Receiver:
    """Fills the part file, over as many attempts as it takes."""

    def __init__(
        self, download: Download, part: Path, timeout: tuple[float, float], progress: bool
    ) -> None:
        self.download, self.part, self.timeout, self.progress = download, part, timeout, progress

    @property
    def received(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def receive_all(self, attempts: int, pause: float) -> None:
        """Receive what is missing; a part left by an earlier process may turn out to be bad."""
        resumed = self.received > 0
        self._receive_rest(attempts, pause)
        if resumed and not _is_right(self.part, self.download):
            self.part.unlink()
            self._receive_rest(attempts, pause)
        if not _is_right(self.part, self.download):
            self.part.unlink()
            raise _FinalError("the content there is not the expected one: its sha256 differs")

    def _receive_rest(self, attempts: int, pause: float) -> None:
        failures = 0
        while self.received < self.download.size:
            before = self.received
            try:
                self._attempt(before)
                reason = f"only {self.received} of {self.download.size} bytes came"
            except _PASSING as error:
                reason = _in_words(error)
            failures = 0 if self.received > before else failures + 1
            if failures >= attempts:
                raise _TransientError(reason)
            if failures:
                time.sleep(pause * 2 ** (failures - 1))

    def _attempt(self, start: int) -> None:
        """Ask for everything from byte `start` on, and write what comes, up to the pinned size."""
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with requests.get(
            self.download.url, headers=headers, timeout=self.timeout, stream=True
        ) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self.part.unlink(missing_ok=True)
                raise _TransientError("the server has no such part of the file")
            if response.status_code in (408, 429) or response.status_code >= 500:
                raise _TransientError(f"the server answers {response.status_code}")
            if not response.ok:
                raise _FinalError(f"the server answers {response.status_code}")
            if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                start = 0  # it sends the whole file, whatever it was asked for
            self._write(response, start)

    def _write(self, response: requests.Response, start: int) -> None:
        left = self.download.size - start
        with (
            self.part.open("r+b" if start else "wb") as file,
            tqdm.tqdm(
                desc=self.download.name,
                initial=start,
                total=self.download.size,
                unit="B",
                unit_scale=True,
                leave=False,
                disable=not self.progress,
            ) as bar,
        ):
            file.seek(start)
            # read1 hands over what has come; iter_content would lose it when the connection breaks
            while left > 0 and (chunk := response.raw.read1(min(CHUNK, left))):
                file.write(chunk)
                bar.update(len(chunk))
                left -= len(chunk)


def _in_words(error: Exception) -> str:
    if isinstance(error, _TransientError):
        return str(error)
    if isinstance(error, requests.ConnectTimeout):
        return "the server does not answer"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return "the server fell silent"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "the connection broke"
    return "no connection; is there a network?"
