"""Lines without end, from a file or a pipe, in whatever encoding they come."""

import codecs
from collections.abc import Iterator
from typing import IO

from common.tables import detect_encoding

LONGEST_LINE = 1 << 21
"""Bytes of a line that are read at once; the rest of a longer one is another line."""
BEGINNING = 1 << 16
"""Bytes of a file by which its encoding is found."""


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
        yield line.strip()
