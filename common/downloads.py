"""Downloads: from a pinned address, checked against a pinned sha256, kept in the user's cache.

pooch receives and checks the sum. Its `retrieve` begins anew where a connection breaks, which on a
bad line may be for ever, and a killed process leaves a file in the cache that nobody takes up. So
its downloader is told here which part to ask for, and writes into a file that is kept.
"""

import errno
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import filelock
import pooch
import tqdm

from common.errors import UserError
from common.files import CACHE_VARIABLE, cache_folder

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 10
"""Bytes that are written at a time; of a broken connection's last piece nothing is kept."""


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

    Args:
        download: what to fetch.
        cache: the folder to keep it in; without it, the user's cache folder.
        progress: show a bar on the standard error stream.
        connect_timeout: seconds without a connection after which an attempt is given up.
        stall_timeout: seconds without a byte after which an attempt is given up.
        attempts: how many in a row may bring nothing new.
        pause: seconds before the second attempt; doubles with each.

    Raises:
        UserError: one line which says where to put the file by hand, when there is no network,
            the address is gone, the content is another one, or the disk is full.
    """
    target = (cache or cache_folder()) / download.name
    part = target.with_name(f"{target.name}.part")
    try:
        if _is_right(target, download):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(f"{target}.lock"):
            if not _is_right(target, download):
                timeout = (connect_timeout, stall_timeout)
                _Receiver(download, part, timeout, progress).receive_all(attempts, pause)
                os.replace(part, target)
        return target
    except _FailedError as error:
        raise UserError(
            f"{download.name} cannot be downloaded ({error}); "
            f"put the file from {download.url} to {target} by hand"
        ) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = f"no space for {download.size / 1e6:.1f} MB" if full else error.strerror or error
        raise UserError(
            f"{target}: cannot be written ({reason}); "
            f"the variable {CACHE_VARIABLE} names another folder"
        ) from error


def _is_right(path: Path, download: Download) -> bool:
    """Return whether a file is what was pinned, to the last byte."""
    if not path.is_file() or path.stat().st_size != download.size:
        return False
    return pooch.file_hash(str(path), "sha256") == download.sha256


class _FailedError(Exception):
    """A file did not come; the text says why."""


class _TransientError(Exception):
    """The server gave up; another attempt may well succeed."""


class _CompleteError(Exception):
    """As many bytes came as were pinned, and the server goes on."""


class _Part:
    """The part file as pooch writes to it: from where it broke off, up to the pinned size."""

    def __init__(self, file: BinaryIO, start: int, size: int, bar: tqdm.tqdm) -> None:
        self.file, self.start, self.size, self.bar = file, start, size, bar
        self.response: requests.Response | None = None

    def begin(self, response: "requests.Response", **_: Any) -> None:
        """Take the beginning of an answer: is it the rest of the file, all of it, or a refusal?"""
        if response.is_redirect:
            return
        self.response = response
        if response.status_code == 416:  # range not satisfiable
            self.file.truncate(0)
            raise _TransientError("the server has no such part of the file")
        if response.status_code in (408, 429) or response.status_code >= 500:
            raise _TransientError(f"the server answers {response.status_code}")
        if not response.ok:
            raise _FailedError(f"the server answers {response.status_code}")
        if not response.headers.get("Content-Range", "").startswith(f"bytes {self.start}-"):
            self.start = 0  # it sends the whole file, whatever it was asked for
            self.file.truncate(0)
        self.file.seek(self.start)

    def write(self, chunk: bytes) -> None:
        chunk = chunk[: self.size - self.file.tell()]
        self.file.write(chunk)
        self.bar.update(len(chunk))
        if self.file.tell() == self.size:
            raise _CompleteError

    def flush(self) -> None:
        self.file.flush()


@dataclass(frozen=True)
class _Receiver:
    """Fills the part file, over as many attempts as it takes."""

    download: Download
    part: Path
    timeout: tuple[float, float]
    progress: bool

    def receive_all(self, attempts: int, pause: float) -> None:
        """Receive what is missing; a part left by an earlier process may turn out to be bad."""
        resumed = self._received() > 0
        self._receive_rest(attempts, pause)
        if resumed and not _is_right(self.part, self.download):
            self.part.unlink()
            self._receive_rest(attempts, pause)
        if not _is_right(self.part, self.download):
            self.part.unlink()
            raise _FailedError("the content there is not the expected one: its sha256 differs")

    def _receive_rest(self, attempts: int, pause: float) -> None:
        failures = 0
        while (before := self._received()) < self.download.size:
            reason = self._attempt(before)
            failures = 0 if self._received() > before else failures + 1
            if failures >= attempts:
                raise _FailedError(reason)
            if failures:
                time.sleep(pause * 2 ** (failures - 1))

    def _received(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _attempt(self, start: int) -> str:
        """Ask for everything from byte `start` on, and write what comes; say how it ended."""
        import requests

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
            part = _Part(file, start, self.download.size, bar)
            headers = {"Accept-Encoding": "identity"}
            if start:
                headers["Range"] = f"bytes={start}-"
            receive = pooch.HTTPDownloader(
                chunk_size=min(CHUNK, self.download.size - start),
                headers=headers,
                timeout=self.timeout,
                hooks={"response": part.begin},
            )
            try:
                receive(self.download.url, part, None)
            except _CompleteError:
                pass
            except _TransientError as error:
                return str(error)
            except requests.exceptions.ConnectTimeout:
                return "the server does not answer"
            except requests.exceptions.Timeout:
                return "the server fell silent"
            except requests.exceptions.ChunkedEncodingError:
                return "the connection broke"
            except requests.exceptions.ConnectionError as error:
                silent = "Read timed out" in str(error)
                return "the server fell silent" if silent else "no connection; is there a network?"
            except requests.exceptions.RequestException as error:
                raise _FailedError(type(error).__name__) from error
            except ValueError:
                return "the server's answer makes no sense"
            finally:
                if part.response is not None:
                    part.response.close()
            return f"only {file.tell()} of {self.download.size} bytes came"
