"""An old workbook's container: whether it is sound, and what lies in it.

A compound file is cut into sectors, and a table (FAT) says of each which one follows. Where damage
makes a chain of them a circle, a reader goes round in it for ever.
Source: Microsoft, "[MS-CFB]: Compound File Binary File Format".
"""

import struct
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from common.errors import UserError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_HEADER = 109
"""Sectors of the table that the header names; chained sectors name more."""
_SMALL = 4096
"""A stream of fewer bytes lies in the short sectors, which have a table of their own."""
_STREAM, _ROOT = 2, 5
_SHIFTS = (9, 12)
"""A sector has 512 bytes or 4,096."""


def read_compound(path: Path) -> bytes:
    """Return the bytes of a compound file, b"" where the file is another.

    Raises UserError for one in which a chain of sectors is a circle.
    """
    with path.open("rb") as file:
        data = file.read(8)
        if data != MAGIC:
            return b""
        data += file.read()
    try:
        sound = _is_sound(data)
    except struct.error:  # its end is missing: the reader says so
        return data
    if not sound:
        raise UserError(f"{path}: a damaged workbook: what follows what in it is a circle")
    return data


def read_stream(data: bytes, names: Collection[str]) -> bytes:
    """Return the first stream of one of these names in a compound file; b"" without any.

    Raises struct.error for a file whose end is missing, ValueError for chains that are circles.
    """
    container = _opened(data)
    if container is None:
        raise ValueError("no sound chains")
    for entry in container.entries:
        if entry.kind == _STREAM and entry.name in names:
            return container.content(entry)
    return b""


class _Entry(NamedTuple):
    name: str
    kind: int
    start: int
    length: int


class _Container(NamedTuple):
    """A compound file whose table of sectors, and that of short ones, could be read."""

    data: bytes
    size: int
    fat: list[int]
    minifat: list[int]
    entries: list[_Entry]

    def chain(self, entry: _Entry) -> list[int] | None:
        is_long = entry.kind == _ROOT or entry.length >= _SMALL
        return _chain(self.fat if is_long else self.minifat, entry.start)

    def content(self, entry: _Entry) -> bytes:
        chain = self.chain(entry) or []
        if entry.length >= _SMALL:
            whole = b"".join(_sector(self.data, self.size, number) for number in chain)
        else:
            root = next(each for each in self.entries if each.kind == _ROOT)
            long = self.chain(root) or []
            short = b"".join(_sector(self.data, self.size, number) for number in long)
            whole = b"".join(short[64 * number : 64 * (number + 1)] for number in chain)
        return whole[: entry.length]


def _is_sound(data: bytes) -> bool:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SHIFTS:
        return True
    container = _opened(data)
    if container is None:
        return False
    return all(container.chain(entry) is not None for entry in container.entries if entry.kind)


def _opened(data: bytes) -> _Container | None:
    """Read the tables of a compound file; None where a chain of these is a circle."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in _SHIFTS:
        return None
    size = 1 << shift
    folder, small, more = (struct.unpack_from("<i", data, at)[0] for at in (48, 60, 68))
    named = list(struct.unpack_from(f"<{_IN_HEADER}i", data, 76))
    seen: set[int] = set()
    while more >= 0 and (numbers := _numbers(_sector(data, size, more))):
        if more in seen:
            return None
        seen.add(more)
        named += numbers[:-1]
        more = numbers[-1]
    fat = [number for at in named if at >= 0 for number in _numbers(_sector(data, size, at))]
    chains = [_chain(fat, start) for start in (folder, small)]
    if None in chains:
        return None
    listed, short = (b"".join(_sector(data, size, n) for n in chain or []) for chain in chains)
    entries = []
    for at in range(0, len(listed) - 127, 128):
        (letters,) = struct.unpack_from("<H", listed, at + 64)
        name = listed[at : at + max(0, min(letters, 64) - 2)].decode("utf-16-le", "replace")
        entries.append(_Entry(name, listed[at + 66], *struct.unpack_from("<iI", listed, at + 116)))
    return _Container(data, size, fat, _numbers(short), entries)


def _sector(data: bytes, size: int, number: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}i", data[: len(data) // 4 * 4]))


def _chain(table: list[int], start: int) -> list[int] | None:
    """Return the sectors from `start` on; None where they come round again."""
    chain: list[int] = []
    while 0 <= start < len(table):
        chain.append(start)
        if len(chain) > len(table):
            return None
        start = table[start]
    return chain
