"""A folder's pictures and masks: listed, and each read once to its end before anything is learned.

Else a truncated picture in the middle of a folder would stop a training in its third minute.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Self

from tqdm import tqdm

from common.errors import UserError
from common.files import refuse_pipe
from common.folders import visible_files
from common.translation import translator
from vision.image_facts import check_image
from vision.image_formats import UNREAD_SUFFIXES, VIDEO_SUFFIXES
from vision.images import SUFFIXES, read_content
from vision.masks import Colour, check_mask

AT_ONCE = 256
ALIKE, FEW = 40, 3
"""Letters in which errors that are alike begin alike; more than so many are said once."""
OUTLINES = frozenset((".json", ".txt", ".xml", ".csv", ".yaml", ".geojson"))
"""What programs that mark objects write beside pictures, or in place of masks."""
BARE = "without a suffix"
PICTURES_BEGIN = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|II[*+]\0|MM\0[*+]|....ftyp(?:avi[fs]|hei[cfx]|mif1)"
    rb"|BM....\0\0\0\0..\0\0",
    re.DOTALL,
)
"""How a picture begins whose name has no suffix; a RIFF may be a sound, and BM a text."""
PATIENCE = 1.0
"""Seconds before progress is shown."""


@dataclass(frozen=True)
class Folder:
    """Files of a folder by their names in it, sub-folders included, with `/` on every system.

    unread: how many pictures there are of kinds that are not read, in words.
    """

    place: Path
    names: Sequence[str]
    unread: str = ""

    def __len__(self) -> int:
        return len(self.names)

    def path(self, row: int) -> Path:
        return self.place / self.names[row]

    def take(self, rows: Sequence[int]) -> Self:
        return replace(self, names=[self.names[row] for row in rows])


@dataclass(frozen=True)
class Checked:
    """What reading one file to its end has told; with an error, that alone.

    size: (height, width), upright. orientation: how its EXIF data turn it, 1 for not at all.
    counts: how many pixels of a mask hold each value. inner: how many of them lie within their
    class. between: how many lie between a lower and a higher value. palette: the colours of the
    values. channels: whether it has red, green and blue. levels: the darkest and the lightest
    value, of 65535, of a deep picture. losses: what is not seen of it. thumbnail: of a picture.
    nothing: whether a mask holds what its header says to stand for nothing, which is 255.
    """

    size: tuple[int, int] = (0, 0)
    checksum: bytes = b""
    error: str = ""
    orientation: int = 1
    counts: dict[int, int] = field(default_factory=dict)
    inner: dict[int, int] = field(default_factory=dict)
    between: dict[int, int] = field(default_factory=dict)
    palette: dict[int, Colour] = field(default_factory=dict)
    channels: bool = False
    levels: tuple[float, float] | None = None
    losses: tuple[str, ...] = ()
    thumbnail: bytes = b""
    nothing: bool = False

    @property
    def values(self) -> tuple[int, ...]:
        """The values that a mask holds, ascending."""
        return tuple(self.counts)

    @property
    def marked(self) -> bool:
        """Whether a mask shows anything."""
        return any(self.values)


def list_pictures(place: Path, without: Path | None = None) -> Folder:
    """Return the pictures of a folder and its sub-folders, known by suffix, in order of name.

    What is left out, the folder `without` too, `common.folders` says.

    Raises UserError where it is no folder or holds no picture.
    """
    if not place.is_dir():
        raise UserError(f"{place}: {'a file, expected' if place.exists() else 'no such'} folder")
    names, others, bare = [], Counter[str](), 0
    for path in visible_files(place, without=without):
        if path.suffix.lower() in SUFFIXES:
            names.append(path.relative_to(place).as_posix())
        else:
            others[path.suffix.lower() or BARE] += 1
            bare += not path.suffix and _begins_as_picture(path)
    if not names:
        kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in others.most_common(5))
        if not others:
            raise UserError(f"{place}: no pictures in this folder, it is empty")
        outlines = "; outlines and boxes are to be drawn as masks first"
        raise UserError(
            f"{place}: no pictures in this folder, expected .png, .jpg, …; there are {kinds}"
            f"{outlines if others.keys() & OUTLINES else ''}"
        )
    known = UNREAD_SUFFIXES | VIDEO_SUFFIXES
    unread = [f"{others[kind]:,} {kind}" for kind in sorted(known & others.keys())]
    unread += [f"{bare:,} {BARE}"] * bool(bare)
    return Folder(place, sorted(names), ", ".join(unread))


def _begins_as_picture(path: Path) -> bool:
    try:
        refuse_pipe(path)
        with path.open("rb") as file:
            return PICTURES_BEGIN.match(file.read(14)) is not None
    except (OSError, UserError):
        return False


def check_images(pictures: Folder, *, progress: bool = True) -> list[Checked]:
    """Read every picture to its end."""

    def examine(path: Path, content: bytes) -> Checked:
        facts = check_image(path, content)
        return Checked(
            facts.size,
            orientation=facts.orientation,
            levels=facts.levels,
            losses=facts.losses,
            thumbnail=facts.thumbnail,
        )

    return _check(pictures, examine, progress)


def check_masks(masks: Folder, *, progress: bool = True) -> list[Checked]:
    """Read every mask, and note which values it holds."""

    def examine(path: Path, content: bytes) -> Checked:
        facts = check_mask(path, content)
        return Checked(
            facts.size,
            orientation=facts.orientation,
            counts=facts.counts,
            inner=facts.inner,
            between=facts.between,
            palette=facts.palette,
            channels=facts.channels,
            nothing=facts.nothing,
        )

    return _check(masks, examine, progress)


def _check(
    folder: Folder, examine: Callable[[Path, bytes], Checked], progress: bool
) -> list[Checked]:
    def check(row: int) -> Checked:
        path = folder.path(row)
        try:
            content = read_content(path)
            checked = examine(path, content)
        except UserError as error:
            return Checked(error=str(error))
        return replace(checked, checksum=hashlib.blake2b(content, digest_size=8).digest())

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


def readable(checks: list[list[Checked]], broken: str) -> tuple[list[int], list[str]]:
    """Return which rows can be read, and notes; refuse, where asked, if there are others."""
    errors = {}
    for row, parts in enumerate(zip(*checks, strict=True)):
        bad = [part.error for part in parts if part.error]
        if bad:
            errors[row] = bad[0]
    keep = [row for row in range(len(checks[0])) if row not in errors]
    if not errors:
        return keep, []
    alike = _alike(list(errors.values()))
    found = shortened(alike, separator="; ")
    if len(errors) > 1:
        translate = translator("ru", "vision")
        russian = shortened([translate(one) for one in alike], separator="; ", more="и ещё {}")
        if not keep:
            ru = f"ни один из файлов не читается: {russian}"
            found = f"none of the files can be read: {found}"
            if all(": a mask in " in error for error in errors.values()):
                found += "; are --images and --masks exchanged?"
                ru += "; не перепутаны ли --images и --masks?"
            raise UserError(found, ru)
        if broken == "refuse":
            ru = f"не читается файлов: {len(errors)}: {russian}; такие пропускает --broken skip"
            found = f"{len(errors):,} files cannot be read: {found}"
            raise UserError(f"{found}; --broken skip leaves such files out", ru)
    if not keep:
        raise UserError(found)
    if broken == "refuse":
        raise UserError(f"{found}; --broken skip leaves such files out")
    return keep, [f"left out, for they cannot be read: {len(errors):,}: {found}"]


def _alike(errors: list[str]) -> list[str]:
    """Say once what ails many files: the first of them is named, the others are counted."""
    said: dict[str, list[str]] = {}
    for error in errors:
        said.setdefault(error.partition(": ")[2][:ALIKE], []).append(error)
    return [
        f"{same[0]} (and {len(same) - 1:,} more such)" if len(same) > FEW else one
        for same in said.values()
        for one in (same[:1] if len(same) > FEW else same)
    ]


def shortened(
    items: Sequence[str], most: int = 3, *, separator: str = ", ", more: str = "and {} more"
) -> str:
    """Join a few items, and say how many more there are; a line break in a name becomes a space.

    >>> shortened(["a.png", "b.png", "c.png", "d.png", "e.png"])
    'a.png, b.png, c.png and 2 more'
    """
    rest = " " + more.format(f"{len(items) - most:,}") if len(items) > most else ""
    return separator.join(" ".join(item.splitlines()) for item in items[:most]) + rest
