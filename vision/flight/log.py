"""The log of a flight: a line of JSON for each frame."""

import json
from pathlib import Path
from typing import Any, Self, TextIO

from common.errors import UserError


class Log:
    """Writes a line of JSON for each frame, at once, so that what a crash leaves can be read.

    The file is made with its first line: a command that was refused leaves none.

    Raises:
        UserError: there is such a file already, or it cannot be written.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = None if path is None else Path(path)
        self.file: TextIO | None = None
        check_new(self.path)

    def write(self, **values: Any) -> None:
        if self.path is None:
            return
        if self.file is None:
            self.file = self._opened(self.path)
        self.file.write(json.dumps(values, allow_nan=False) + "\n")

    def _opened(self, path: Path) -> TextIO:
        try:
            return path.open("x", encoding="utf-8", buffering=1)
        except OSError as error:
            raise UserError(f"{path}: cannot be written ({error.strerror})") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()


def check_new(path: Path | None) -> None:
    if path is not None and path.exists():
        raise UserError(f"{path}: is there already; name a new file")
    if path is not None and not path.absolute().parent.is_dir():
        raise UserError(f"{path}: cannot be written, there is no folder {path.parent}")
