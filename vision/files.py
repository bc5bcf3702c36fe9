"""A folder's pictures and masks: listed, and each read once to its end before anything is learned.

Else a truncated picture in the middle of a folder would stop a training in its third minute.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
from tqdm import tqdm

from common.errors import UserError
from vision.images import SUFFIXES, check_image, open_mask, read_content

MOST_CLASSES = 64
WHITE = 255
AT_ONCE = 256
PATIENCE = 1.0
"""Seconds before progress is shown."""


@dataclass(frozen=True)
class Folder:
    """Files of a folder by their names in it, sub-folders included, with `/` on every system."""

    place: Path
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.names)

    def path(self, row: int) -> Path:
        return self.place / self.names[row]

    def take(self, rows: Sequence[int]) -> Self:
        return type(self)(self.place, [self.names[row] for row in rows])


@dataclass(frozen=True)
class Checked:
    """What reading one file to its end has told; with an error, that alone.

    size: (height, width), upright. values: those that a mask holds, ascending.
    """

    size: tuple[int, int] = (0, 0)
    checksum: bytes = b""
    values: tuple[int, ...] = ()
    error: str = ""

    @property
    def marked(self) -> bool:
        """Whether a mask shows anything."""
        return any(self.values)


def list_pictures(place: Path, without: Path | None = None) -> Folder:
    """Return the pictures of a folder and its sub-folders, known by suffix, in order of name.

    Hidden files are left out, and so is the folder `without`, which may lie inside.

    Raises UserError where it is no folder or holds no picture.
    """
    if not place.is_dir():
        raise UserError(f"{place}: {'a file, expected' if place.exists() else 'no such'} folder")
    names, others = [], Counter[str]()
    for folder, inner, files in os.walk(place):
        inside = Path(folder)
        inner[:] = [
            name
            for name in inner
            if not (name.startswith(".") or (without and _same(inside / name, without)))
        ]
        for name in files:
            suffix = Path(name).suffix.lower()
            if suffix in SUFFIXES and not name.startswith("."):
                names.append((inside / name).relative_to(place).as_posix())
            elif not name.startswith("."):
                others[suffix or name] += 1
    if not names:
        kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in others.most_common(5))
        there = f"there are {kinds}" if others else "it is empty"
        raise UserError(f"{place}: no pictures in this folder ({there}), expected .png, .jpg, …")
    return Folder(place, sorted(names))


def _same(one: Path, other: Path) -> bool:
    return other.is_dir() and one.samefile(other)


def check_images(pictures: Folder, *, progress: bool = True) -> list[Checked]:
    """Read every picture to its end."""
    return _check(pictures, lambda path, content: (check_image(path, content), ()), progress)


def check_masks(masks: Folder, *, progress: bool = True) -> list[Checked]:
    """Read every mask, and note which values it holds."""
    return _check(masks, _values, progress)


def _values(path: Path, content: bytes) -> tuple[tuple[int, int], tuple[int, ...]]:
    mask = open_mask(path, content=content)
    if mask.dtype == np.uint8:
        values = np.flatnonzero(np.bincount(mask.ravel(), minlength=256))
    else:
        values = np.unique(mask)
    return mask.shape, tuple(values.tolist())


def _check(
    folder: Folder,
    examine: Callable[[Path, bytes], tuple[tuple[int, int], tuple[int, ...]]],
    progress: bool,
) -> list[Checked]:
    def check(row: int) -> Checked:
        path = folder.path(row)
        try:
            content = read_content(path)
            size, values = examine(path, content)
        except UserError as error:
            return Checked(error=str(error))
        return Checked(size, hashlib.blake2b(content, digest_size=8).digest(), values)

    with (
        ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool,
        tqdm(
            desc=f"reading {folder.place.name}",
            total=len(folder),
            unit="file",
            delay=PATIENCE,
            leave=False,
            disable=not progress,
        ) as bar,
    ):
        found: list[Checked] = []
        for rows in _chunks(range(len(folder))):
            for checked in pool.map(check, rows):
                found.append(checked)
                bar.update()
    return found


def _chunks(rows: range) -> Iterator[list[int]]:
    """A pool that is given everything at once would hold everything at once."""
    rest = iter(rows)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


def is_white(masks: Folder, marked: Sequence[Checked]) -> tuple[bool, int]:
    """Tell whether 255 stands for class 1, and the largest class id.

    255 beside other ids is what nobody knows. Raises UserError for values that are neither, where
    two customs are mixed, and where all masks are empty.
    """
    allowed = {*range(MOST_CLASSES), WHITE}
    strange = [row for row, one in enumerate(marked) if not allowed.issuperset(one.values)]
    if strange:
        values = [str(value) for value in marked[strange[0]].values if value not in allowed]
        more = f"; so do {len(strange) - 1:,} other masks" if len(strange) > 1 else ""
        raise UserError(
            f"{masks.path(strange[0])}: holds {shortened(values, 8)}, expected class ids 0 to "
            f"{MOST_CLASSES - 1}, or 0 and 255{more}; a mask that was saved as JPEG or resized "
            "smoothly has such values"
        )
    top = max(value % WHITE for one in marked for value in (0, *one.values))
    white = [row for row, one in enumerate(marked) if WHITE in one.values]
    ids = [row for row, one in enumerate(marked) if any(v % WHITE for v in one.values)]
    if not white and not ids:
        raise UserError(f"{masks.place}: all {len(masks):,} masks are empty: nothing to learn from")
    if white and ids and not set(white) & set(ids):
        raise UserError(
            f"{masks.path(ids[0])} holds class ids, {masks.names[white[0]]} 0 and 255: "
            "expected one custom for all masks"
        )
    return (True, 1) if not ids else (False, top)


def shortened(items: Sequence[str], most: int = 3, *, separator: str = ", ") -> str:
    """Join a few items, and say how many more there are.

    >>> shortened(["a.png", "b.png", "c.png", "d.png", "e.png"])
    'a.png, b.png, c.png and 2 more'
    """
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return separator.join(items[:most]) + more
