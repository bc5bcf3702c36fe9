"""Receiving one file over a network that breaks, and going on where it broke."""

import time
from pathlib import Path

import requests
import tqdm
import urllib3

from common.downloads import Download, TransferError, is_right

CHUNK = 1 << 16


class _TransientError(Exception):
    """The server gave up; another attempt may well succeed."""


_PASSING = (
    _TransientError,
    requests.ConnectionError,
    requests.Timeout,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.TimeoutError,
)


class Receiver:
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
        if resumed and not is_right(self.part, self.download):
            self.part.unlink()
            self._receive_rest(attempts, pause)
        if not is_right(self.part, self.download):
            self.part.unlink()
            raise TransferError("the content there is not the expected one: its sha256 differs")

    def _receive_rest(self, attempts: int, pause: float) -> None:
        failures = 0
        while self.received < self.download.size:
            before = self.received
            try:
                self._attempt(before)
                reason = f"only {self.received} of {self.download.size} bytes came"
            except _PASSING as error:
                reason = _in_words(error)
            except requests.RequestException as error:
                raise TransferError(type(error).__name__) from error
            failures = 0 if self.received > before else failures + 1
            if failures >= attempts:
                raise TransferError(reason)
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
                raise TransferError(f"the server answers {response.status_code}")
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
