"""A text file in any encoding, as the CSV parser reads it: in UTF-8."""

import codecs
import io
from pathlib import Path


class Utf8Stream(io.RawIOBase):
    """The bytes of a file in any encoding as those of UTF-8, up to the first that is broken.

    Arrow reads in threads of its own, and one that meets an exception may wait for ever; so there
    a broken byte is the end of the file, and `error` tells of it.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self.file = path.open("rb")
        # A mark at the beginning is no text.
        name = "utf-8-sig" if encoding == "utf-8" else encoding
        self.decoder = codecs.getincrementaldecoder(name)()
        self.waiting = b""
        self.error: UnicodeError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self.error is None and len(self.waiting) < size:
            data = self.file.read(size)
            try:
                self.waiting += self.decoder.decode(data, final=not data).encode()
            except UnicodeError as error:
                self.error = error
            if not data:
                break
        given, self.waiting = self.waiting[:size], self.waiting[size:]
        return given

    def close(self) -> None:
        self.file.close()
        super().close()
