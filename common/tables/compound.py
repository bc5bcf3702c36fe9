"""Whether an old workbook's container is sound, before its reader walks through it.

A compound file is cut into sectors, and a table (FAT) says of each which one follows. Where damage
makes a chain of them a circle, a reader goes round in it for ever.
Source: Microsoft, "[MS-CFB]: Compound File Binary File Format".
"""

import struct
from pathlib import Path

from common.errors import UserError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_HEADER = 109
"""Sectors of the table that the header names; chained sectors name more."""
_SMALL = 4096
"""A stream of fewer bytes lies in the short sectors, which have a table of their own."""
_ROOT = 5


def check_chains(path: Path) -> None:
    """Raise UserError for a compound file in which a chain of sectors is a circle."""
    with path.open("rb") as file:
        data = file.read(8)
        if data != MAGIC:
            return
        data += file.read()
    try:
        sound = _is_sound(data)
    except struct.error:  # its end is missing: the reader says so
        return
    if not sound:
        raise UserError(f"{path}: a damaged workbook: what follows what in it is a circle")


def _is_sound(data: bytes) -> bool:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return True
    size = 1 << shift
    folder, small, more = (struct.unpack_from("<i", data, at)[0] for at in (48, 60, 68))

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    named = list(struct.unpack_from(f"<{_IN_HEADER}i", data, 76))
    seen: set[int] = set()
    while more >= 0 and (numbers := _numbers(sector(more))):
        if more in seen:
            return False
        seen.add(more)
        named += numbers[:-1]
        more = numbers[-1]
    fat = [number for at in named if at >= 0 for number in _numbers(sector(at))]
    chains = [_chain(fat, start) for start in (folder, small)]
    if None in chains:
        return False
    entries, short = (b"".join(map(sector, chain or [])) for chain in chains)
    minifat = _numbers(short)
    for at in range(0, len(entries) - 127, 128):
        kind, start, length = (
            entries[at + 66],
            *struct.unpack_from("<iI", entries, at + 116),
        )
        table = fat if kind == _ROOT or length >= _SMALL else minifat
        if kind and _chain(table, start) is None:
            return False
    return True


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
