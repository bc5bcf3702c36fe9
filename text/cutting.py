"""Documents cut into passages of so many words, by places in their files."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from text.documents import Document, Passages

BLOCK = 1 << 22
"""Bytes of a document that are read at once."""
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")


class _Units(NamedTuple):
    """How bytes are cut into pieces: what stands between spaces, and the spaces."""

    piece: re.Pattern[bytes]
    spaces: tuple[bytes, ...]
    width: int = 1


def _wide(encoding: str) -> _Units:
    """Return the units of UTF-16: pairs of bytes."""
    signs = " \t\n\r\x0b\x0c\ufeff"
    spaces = tuple(sign.encode(encoding) for sign in signs)
    space = b"|".join(map(re.escape, spaces))
    piece = re.compile(b"(?:" + space + b")+|((?:(?!" + space + b")..)+)", re.DOTALL)
    return _Units(piece, spaces, 2)


_UNITS = {
    "utf-16-le": _wide("utf-16-le"),
    "utf-16-be": _wide("utf-16-be"),
    "": _Units(re.compile(rb"(\S+)"), (b" ", b"\n", b"\t")),
}


def cut(documents: list[Document], words: int) -> Passages:
    """Cut documents into passages of `words` words.

    What is left at a document's end is a passage if it is half as long as one, or all there is.
    """
    numbers, starts, ends = [], [], []
    for number, document in enumerate(documents):
        places = list(_cut_file(document, words))
        numbers += [number] * len(places)
        starts += [start for start, _ in places]
        ends += [end for _, end in places]
    arrays = (np.array(values, dtype=np.int64) for values in (numbers, starts, ends))
    return Passages(tuple(documents), *arrays)


def _cut_file(document: Document, words: int) -> Iterator[tuple[int, int]]:
    start: int | None = None
    last = count = passages = 0
    for begin, end, is_word in _pieces(document):
        start = begin if start is None else start
        last, count = end, count + is_word
        if count == words:
            yield start, end
            start, count, passages = None, 0, passages + 1
    if start is not None and (2 * count >= words or not passages):
        yield start, last


def _pieces(document: Document) -> Iterator[tuple[int, int, bool]]:
    """The places of what stands between spaces, and whether it holds a letter."""
    units = _UNITS.get(document.encoding, _UNITS[""])
    with document.path.open("rb") as file:
        offset, rest = 0, b""
        while block := file.read(BLOCK):
            data = rest + block
            # The last piece may go on in the next block; one without end is cut by force.
            whole = max(_behind(data, space, units.width) for space in units.spaces) or len(data)
            whole -= whole % units.width
            for piece in units.piece.finditer(data, 0, whole):
                if piece[1]:
                    place = offset + piece.start(), offset + piece.end()
                    yield *place, _has_letter(piece[1], document.encoding)
            offset, rest = offset + whole, data[whole:]
        for piece in units.piece.finditer(rest):
            if piece[1]:
                place = offset + piece.start(), offset + piece.end()
                yield *place, _has_letter(piece[1], document.encoding)


def _behind(data: bytes, space: bytes, width: int) -> int:
    """Return the place behind the last of these spaces, 0 without any."""
    place = data.rfind(space)
    while place >= 0 and place % width:
        place = data.rfind(space, 0, place + len(space) - 1)
    return place + len(space) if place >= 0 else 0


def _has_letter(piece: bytes, encoding: str) -> bool:
    if encoding.startswith("utf-16"):
        piece = piece.decode(encoding, "replace").encode()
    return _LETTER.search(piece) is not None
