"""Lines without end, from a file or a pipe, in whatever encoding they come."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from common.errors import UserError
from common.file_signatures import kind_of
from common.tables import detect_encoding
from common.tables.layout import SEPARATORS

LONGEST_LINE = 1 << 21
"""Bytes of a line that are read at once; the rest of a longer one is left out."""
BEGINNING = 1 << 16
"""Bytes of a file by which its encoding is found."""

_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")


def check_lines(path: Path) -> None:
    """Refuse a file that is called a text and is none.

    Raises UserError that says what it is.
    """
    with path.open("rb") as file:
        start = file.read(BEGINNING)
    kind = kind_of(start, of_lines=True)
    if kind is None and not detect_encoding(start).startswith("utf-16"):
        strange = start.rstrip(b"\0").count(b"\0") + len(_CONTROL.findall(start))
        kind = "binary data" if 50 * strange > len(start) else None
    if kind is not None:
        raise UserError(f"{path}: {kind}, expected a text in each line")


def names_column(path: Path, column: str) -> bool:
    """Whether a file of lines is rather a table: its first line holds the name of a column.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "new.txt")
    ...     _ = path.write_text("id;text\\n1;no water\\n", encoding="utf-8")
    ...     names_column(path, "text"), names_column(path, "id;text of it")
    (True, False)
    """
    with path.open("rb") as file:
        first = next(read_lines(file), "")
    cells = [cell.strip(' "') for cell in re.split(f"[{re.escape(SEPARATORS)}]", first)]
    return column in cells


def read_lines(file: IO[bytes]) -> Iterator[str]:
    """Yield the lines as text, stripped; UTF-16, as PowerShell writes it, too.

    A line that is not UTF-8 is read in the encoding of the file's beginning, or, where that is
    UTF-8 or comes from a pipe, in the one that the line itself looks to be in.
    """
    usual = _encoding_of(file)
    first = file.readline(LONGEST_LINE)
    wide = detect_encoding(first)
    if wide.startswith("utf-16"):
        yield from _wide_lines(first, file, wide)
        return
    line = first.removeprefix(codecs.BOM_UTF8)
    while line:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode(usual or detect_encoding(line), errors="replace")
        yield from _parted(text)
        while len(line) == LONGEST_LINE and not {10, 13} & {*line}:
            line = file.readline(LONGEST_LINE)  # its rest is no line of its own
        line = file.readline(LONGEST_LINE)


def _encoding_of(file: IO[bytes]) -> str | None:
    """Return the encoding of a file's beginning; None where it has UTF-8, and for a pipe."""
    if not file.seekable():
        return None
    place = file.tell()
    beginning = file.read(BEGINNING)
    file.seek(place)
    if any(map(_is_utf8, beginning.split(b"\n"))):
        return None
    encoding = detect_encoding(beginning)
    return None if encoding.startswith("utf-") else encoding


def _is_utf8(line: bytes) -> bool:
    """Whether a line has letters beyond ASCII, and in UTF-8."""
    try:
        return not line.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def _wide_lines(first: bytes, file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    part, rest = first, ""
    while part:
        *lines, rest = (rest + decoder.decode(part)).split("\n")
        if len(rest) > LONGEST_LINE:
            lines, rest = [*lines, rest], ""
        for line in lines:
            yield from _parted(line)
        part = file.readline(LONGEST_LINE)
    rest += decoder.decode(b"", final=True)
    if rest.strip("\0 \r\n"):
        yield from _parted(rest)


def _parted(text: str) -> Iterator[str]:
    """Yield a line stripped; the several lines that it is where old Macs ended each by CR alone."""
    for line in text.replace("\0", "").rstrip("\r\n").split("\r"):
        yield line.strip().strip("\ufeff").strip()  # joined files have marks within
