"""What a kind of file is to the fuzzer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Made = Callable[[np.random.Generator], bytes]
Reading = Callable[[Path], list[str]]
"""Reads a file as the commands do; returns the notes for the person."""


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    make: a small valid file, from random numbers. read: what a command does with it. suffix: of its
    name. marker: what stands at the beginning of each of its parts: frames, pages, records. cells:
    whether it is text, with cells.
    """

    make: Made
    read: Reading
    suffix: str
    marker: bytes = b""
    cells: bool = False
