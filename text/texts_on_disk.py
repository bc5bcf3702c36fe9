"""The texts of a table; those too many for memory lie in a file of the temporary folder."""

import hashlib
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from typing import Self

import numpy as np
import pandas as pd

from text.labels import as_texts

LARGE = 1 << 26
"""Bytes of texts in a table from which on they are kept in a file."""
BLOCK = 20_000
"""Texts of such a table that are strings at a time."""


@dataclass(frozen=True)
class TextsOnDisk:
    """Texts in a file without a name, which goes when nobody holds it any more.

    data: (bytes) uint8, the file, mapped into memory, so that ranks are handed it as an array.
    start, end: (n,) int64, the bytes of each text. A sequence of strings that are read when they
    are walked through.

    >>> texts = TextsOnDisk.of([["вода", ""], ["кран"]])
    >>> len(texts), list(texts.take(np.array([2, 0])))
    (3, ['кран', 'вода'])
    """

    data: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @classmethod
    def of(cls, blocks: Iterable[Iterable[str]]) -> Self:
        """Write texts down, a block at a time."""
        lengths = [np.zeros(1, np.int64)]
        with tempfile.TemporaryFile() as file:
            for block in blocks:
                encoded = [text.encode("utf-8", "surrogatepass") for text in block]
                lengths.append(np.array([len(text) for text in encoded], dtype=np.int64))
                file.writelines(encoded)
            file.flush()
            edges = np.cumsum(np.concatenate(lengths))
            mapped = mmap(file.fileno(), 0, access=ACCESS_READ) if edges[-1] else b""
        return cls(np.frombuffer(mapped, np.uint8), edges[:-1], edges[1:])

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[str]:
        for start, end in zip(self.start.tolist(), self.end.tolist(), strict=True):
            yield self.data[start:end].tobytes().decode("utf-8", "surrogatepass")

    def take(self, rows: np.ndarray) -> Self:
        """Return some of the texts, in the given order."""
        return replace(self, start=self.start[rows], end=self.end[rows])


def texts_and_digests(column: pd.Series) -> tuple[list[str] | TextsOnDisk, np.ndarray]:
    """Return a column's texts, and a digest of each, (n,) S16, in which spaces do not count."""
    digests = bytearray()

    def blocks() -> Iterator[list[str]]:
        for start in range(0, len(column), BLOCK):
            block = as_texts(column.iloc[start : start + BLOCK]).tolist()
            digests.extend(b"".join(map(digest_of, block)))
            yield block

    large = column.nbytes > LARGE
    texts = TextsOnDisk.of(blocks()) if large else list(itertools.chain.from_iterable(blocks()))
    return texts, np.frombuffer(bytes(digests), dtype="S16")


def digest_of(text: str) -> bytes:
    """Return 16 bytes by which texts that differ in spaces alone are the same."""
    plain = " ".join(text.split()).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(plain, digest_size=16).digest()
