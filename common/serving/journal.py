"""What is kept of requests, where somebody asked for it: a line of JSON for each."""

import hashlib
import json
import os
import stat
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common.errors import UserError
from common.serving.contract import Reply, Upload


class Journal:
    """A file that grows by a line for each request; without a path, nothing is kept.

    Of bytes that were sent, their kind, length and SHA-256 are kept, and not they themselves.

    Raises:
        UserError: the file cannot be written.
    """

    def __init__(self, path: str | None) -> None:
        self.path = None if path is None else Path(path)
        self._writing = threading.Lock()
        if self.path is not None:
            self._append("")

    def add(self, where: str, asked: Any, answered: Any) -> None:
        """Keep a request and its answer, if they are to be kept."""
        if self.path is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "path": where, "asked": _kept(asked), "answered": _kept(answered)}
        try:
            self._append(json.dumps(line, ensure_ascii=False) + "\n")
        except UserError as error:  # a full disk is no reason to answer nobody
            print(error, file=sys.stderr, flush=True)

    def _append(self, text: str) -> None:
        assert self.path is not None
        try:
            # What people sent is for the server's owner alone.
            with (
                self._writing,
                open(
                    self.path, "a", encoding="utf-8", errors="replace", opener=_for_the_owner
                ) as file,
            ):
                file.write(text)
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"--log {self.path}: cannot be written: {reason}") from None


def _for_the_owner(path: str, flags: int) -> int:
    number = os.open(path, flags, 0o600)
    # A file that was there keeps its mode, and a pipe or a terminal has one of its own.
    if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(number).st_mode):
        with suppress(OSError):  # another's file
            os.fchmod(number, 0o600)
    return number


def _kept(value: Any) -> Any:
    if isinstance(value, Upload | Reply):
        value = {"kind": value.kind, **_digest(value.content)}
    elif isinstance(value, bytes):
        value = _digest(value)
    elif hasattr(value, "model_dump"):
        value = value.model_dump(by_alias=True, exclude_unset=True)
    elif isinstance(value, Exception):
        value = {"error": str(value)}
    elif isinstance(value, list):
        value = [_kept(one) for one in value]
    return value


def _digest(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
