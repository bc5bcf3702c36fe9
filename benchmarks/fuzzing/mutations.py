"""What is changed in a valid file: bytes, numbers of its header, parts, cells, members."""

import gzip
import io
import re
import struct
import zipfile
import zlib

import numpy as np

from fuzzing.kinds import Kind
from fuzzing.tables import packed

SIGNS = [b'"', b"\n", b"\r", b";", b",", b"\t", b"\0", b"<", b"\\", b"'", b"\xff", b"\xe2\x80\x8b"]
TEXTS = [
    *("1e999", "-", "нет данных", "12 500 000 ₽", "9" * 400, "sep=;", "0x1F", "NaN", "-1e-400"),
    *("=cmd()", "31.02.2024", "1/0", "é\u0301" * 40, "\u202e", "&#0;", "&lol;", "{}", "[" * 50),
]
NUMBERS = (0, 1, 2, 255, 2**15, 2**16 - 1, 2**24, 2**31 - 1, 2**32 - 1)
TIMES = (1, 1, 1, 2, 2, 3, 5)
"""How often a file is changed: most reach deeper with one change than with many."""
PNG = b"\x89PNG\r\n\x1a\n"


def mutated(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Change a file in a few places."""
    for _ in range(int(rng.choice(TIMES))):
        ways = [_bytes, _bytes, _header, _blocks]
        ways += [_parts] if kind.marker else []
        ways += [_cells, _cells] if kind.cells else []
        ways += [_member] * 4 if content.startswith((b"PK", b"\x1f\x8b")) else []
        ways += [_png] * 3 if content.startswith(PNG) else []
        content = ways[int(rng.integers(len(ways)))](content, rng, kind)
    return content


def _bytes(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Flip, cut out, repeat, put in, cut short."""
    data = bytearray(content)
    at, size = int(rng.integers(0, len(data) + 1)), int(rng.integers(1, 40))
    match int(rng.integers(0, 7)):
        case 0:
            data[at : at + 1] = rng.integers(0, 256, 1, np.uint8).tobytes()
        case 1:
            del data[at : at + size]
        case 2:
            data[at:at] = data[max(0, at - size) : at] * int(rng.integers(1, 5))
        case 3:
            data[at:at] = rng.integers(0, 256, size, np.uint8).tobytes()
        case 4:
            data[at:at] = SIGNS[int(rng.integers(len(SIGNS)))]
        case 5:
            data = data[:at]
        case 6:
            data[at:at] = str(rng.choice(TEXTS)).encode()
    return bytes(data)


def _header(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Set a number near the beginning, or anywhere, to one that is hard to believe."""
    width = int(rng.choice([1, 2, 4, 8]))
    last = 200 if rng.random() < 0.7 else len(content)
    at = int(rng.integers(0, max(1, min(len(content) - width, last))))
    value = int(rng.choice(NUMBERS)) % 256**width
    order = "little" if rng.random() < 0.5 else "big"
    return content[:at] + value.to_bytes(width, order) + content[at + width :]


def _blocks(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Leave out, repeat or exchange sixteenths of the file, or fill one with zeros."""
    size = max(1, len(content) // 16)
    return b"".join(_shuffled([content[i : i + size] for i in range(0, len(content), size)], rng))


def _parts(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """The same with frames, pages or records."""
    first, *others = content.split(kind.marker)
    return b"".join([first, *_shuffled([kind.marker + part for part in others], rng)])


def _shuffled(parts: list[bytes], rng: np.random.Generator) -> list[bytes]:
    if not parts:
        return parts
    one, other = rng.integers(0, len(parts), 2)
    match int(rng.integers(0, 9)) // 2:
        case 0:
            del parts[one]
        case 1:
            parts.insert(other, parts[one])
        case 2:
            parts[one], parts[other] = parts[other], parts[one]
        case 3:
            parts[one] = bytes(len(parts[one]))
        case _:
            parts = [parts[i] for i in rng.permutation(len(parts))]
    return parts


def _cells(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Put something else between two separators, or move a separator."""
    marks = [found.span() for found in re.finditer(rb"[,;\t|\n<>:]", content)]
    if len(marks) < 2:
        return content
    place = int(rng.integers(len(marks) - 1))
    (begin, end), (after, _) = marks[place], marks[place + 1]
    match int(rng.integers(0, 4)):
        case 0:
            return content[:end] + str(rng.choice(TEXTS)).encode() + content[after:]
        case 1:
            return content[:end] + content[after:]
        case 2:
            return content[:end] + content[begin:end] * int(rng.integers(1, 20)) + content[end:]
        case _:
            return content[:begin] + content[end:]


def _member(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Change what is packed, and pack it again: the archive stays sound."""
    inner = Kind(kind.make, kind.read, kind.suffix, b"<", cells=True)
    if content.startswith(b"\x1f\x8b"):
        try:
            plain = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return content
        return gzip.compress(mutated(plain, rng, inner), mtime=0)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # it is damaged already
        return content
    if not members:
        return content
    chosen = list(members)[int(rng.integers(len(members)))]
    if rng.random() < 0.1:
        del members[chosen]
    else:
        members[chosen] = mutated(members[chosen], rng, inner)
    return packed(members)


def _png(content: bytes, rng: np.random.Generator, kind: Kind) -> bytes:
    """Change a chunk of a PNG, and its checksum with it."""
    chunks, place = [], len(PNG)
    while place + 12 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        chunks.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + size]))
        place += 12 + size
    if not chunks:
        return content
    chosen = int(rng.integers(len(chunks)))
    if rng.random() < 0.5:
        chosen = 0
    name, data = chunks[chosen]
    change = _header if rng.random() < 0.5 else _bytes
    chunks[chosen] = (name, change(data, rng, kind))
    if rng.random() < 0.3:
        other = int(rng.integers(len(chunks)))
        chunks.insert(other, chunks[chosen])
    written = [PNG]
    for name, data in chunks:
        written.append(struct.pack(">I", len(data)) + name + data)
        written.append(struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(written)
